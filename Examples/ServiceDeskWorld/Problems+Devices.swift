extension Problem {
    static let hardware: [Problem] = [
        Problem(
            queue: .hardware, subject: "laptop",
            titles: ["Laptop battery drains", "Laptop dies [quickly|without charger]"],
            symptoms: [
                "my laptop [runs out of power|dies] after {minutes} minutes without the charger",
                "the battery of my laptop drops from {percent} percent to zero [at once|within minutes]",
            ],
            details: [
                "The bottom of the case feels [warm|hot] and the fan runs all the time.",
                "The battery report shows {percent} percent of its design capacity.",
            ],
            questions: ["Does the charging light turn [green|white] when it is plugged in?"],
            causes: ["the battery was worn out", "the battery had [swollen|lost a cell]"],
            fixes: ["replaced the battery", "ordered a new battery and swapped it at {site}"]),
        Problem(
            queue: .hardware, subject: "docking station",
            titles: ["Docking station [not detected|keeps disconnecting]", "Screens black on the dock"],
            symptoms: [
                "the docking station [loses|drops] both screens every {minutes} minutes",
                "my laptop does not [see|detect] the docking station any more",
            ],
            details: [
                "The keyboard on the dock [works|stops] when I move the cable.",
                "The laptop alone shows a picture, the external screens stay black.",
            ],
            questions: ["Which [firmware|revision] is printed on the label of the dock?"],
            causes: ["the dock ran an old firmware", "the cable of the dock was [bent|damaged]"],
            fixes: ["updated the dock to firmware {version}", "replaced the cable of the dock"]),
        Problem(
            queue: .hardware, subject: "monitor",
            titles: ["Monitor flickers", "Lines on the [second|left] monitor"],
            symptoms: [
                "my [left|right|second] monitor [flickers|goes black for a second] every few minutes",
                "there are [coloured|thin] lines on my [left|right] monitor",
            ],
            details: [
                "It happens with [two different laptops|every resolution].",
                "Changing the refresh rate to {rate} hertz did not help.",
            ],
            questions: ["Does it also happen with the [short|other] cable?"],
            causes: ["the display cable was loose", "the panel of the monitor was failing"],
            fixes: ["swapped the display cable", "replaced the monitor from stock"]),
        Problem(
            queue: .hardware, subject: "keyboard",
            titles: ["Keys [stick|do not respond]", "Coffee in the keyboard"],
            symptoms: [
                "several keys of my keyboard [stick|do not respond]",
                "I spilled [coffee|tea|water] over the keyboard this morning",
            ],
            details: [
                "The space bar and the letter [e|n|r|t] are the worst.",
                "An external keyboard works, so I can [still|slowly] work.",
            ],
            questions: ["Is it the built-in keyboard or the one of the desk?"],
            causes: ["liquid had reached the switches", "the switches were worn"],
            fixes: ["replaced the keyboard", "cleaned the switches and replaced [two|three] key caps"]),
    ]

    static let printing: [Problem] = [
        Problem(
            queue: .printing, subject: "printer",
            titles: ["Printer [jams|paper jam]", "Paper stuck in tray {tray}"],
            symptoms: [
                "the printer on {floor} reports a paper jam in tray {tray}",
                "every [second|third] page gets stuck in the printer on {floor}",
            ],
            details: [
                "We opened all doors and found [no paper|a torn sheet].",
                "It [began|started] after the tray was filled with [thick|recycled] paper.",
            ],
            questions: ["Which error number is on the panel of the printer?"],
            causes: ["the rollers of tray {tray} were worn", "a torn sheet blocked the sensor"],
            fixes: ["replaced the rollers of tray {tray}", "removed the torn sheet and reset the sensor"]),
        Problem(
            queue: .printing, subject: "printer",
            titles: ["Print jobs [stay in the queue|never come out]", "Nothing prints on {floor}"],
            symptoms: [
                "my print jobs stay in the queue and never [arrive|come out] at the printer on {floor}",
                "nothing has come out of the printer on {floor} since {time}",
            ],
            details: [
                "Colleagues [have the same problem|can print].",
                "The queue shows {count} jobs [waiting|pending].",
            ],
            questions: ["Can you print a test page from the panel?"],
            causes: ["the print server had stopped", "a damaged job blocked the queue"],
            fixes: ["restarted the print server", "deleted the damaged job from the queue"]),
        Problem(
            queue: .printing, subject: "label printer",
            titles: ["Labels [misaligned|shifted]", "Label printer prints blank labels"],
            symptoms: [
                "the label printer in the warehouse prints [blank|shifted] labels",
                "all labels are [cut off|shifted by {count} millimetres]",
            ],
            details: [
                "We changed the roll at {time}.",
                "The shipping [team|desk] has {count} parcels waiting.",
            ],
            questions: ["Is the roll of the type {version}?"],
            causes: ["the label sensor was not calibrated", "the print head was dirty"],
            fixes: ["calibrated the label sensor", "cleaned the print head with alcohol"]),
        Problem(
            queue: .printing, subject: "scanner",
            titles: ["Scan to mail [fails|does not arrive]", "Scanner error {error}"],
            symptoms: [
                "scans from the copier on {floor} do not [arrive|reach me]",
                "the scanner shows error {error} when I scan to mail",
            ],
            details: [
                "Copying [works|is fine], only scanning fails.",
                "It affects files larger than {count} megabytes.",
            ],
            questions: ["Do small scans of one page arrive?"],
            causes: ["the password of the scan account had expired", "the mail relay refused large files"],
            fixes: [
                "renewed the password of the scan account", "raised the limit of the mail relay to {rate} megabytes",
            ]
        ),
    ]

    static let telephony: [Problem] = [
        Problem(
            queue: .telephony, subject: "desk phone",
            titles: ["Desk phone [dead|without tone]", "Phone shows no service"],
            symptoms: [
                "my desk phone shows [no service|a black display] since {time}",
                "there is no dial tone on my desk phone",
            ],
            details: [
                "The phone of my neighbour [works|has the same trouble].",
                "Unplugging it for {minutes} minutes changed nothing.",
            ],
            questions: ["Which number is on the sticker of the wall socket?"],
            causes: ["the switch port had no power", "the phone had lost its registration"],
            fixes: ["enabled power on the switch port", "registered the phone again"]),
        Problem(
            queue: .telephony, subject: "headset",
            titles: ["Headset [microphone|sound] does not work", "Nobody hears me in calls"],
            symptoms: [
                "nobody can hear me in [calls|meetings] with my headset",
                "my headset [crackles|cuts out] every {minutes} minutes",
            ],
            details: [
                "The built-in microphone [works|is better].",
                "It [worked|was fine] before the update at {time}.",
            ],
            questions: ["Is the headset shown in the sound settings?"],
            causes: ["the wrong microphone was selected", "the headset had an old firmware"],
            fixes: ["selected the headset as the microphone", "updated the headset to firmware {version}"]),
        Problem(
            queue: .telephony, subject: "call forwarding",
            titles: ["Calls are not forwarded", "Call forwarding [wrong|broken]"],
            symptoms: [
                "calls to our team line are not forwarded after {count} rings",
                "call forwarding sends customers to [an old|the wrong] number",
            ],
            details: [
                "Customers [complain|told us] that nobody answers.",
                "We changed the rota on [Monday|Friday].",
            ],
            questions: ["Which line should take the calls at night?"],
            causes: ["the forwarding rule still named the old rota", "the rule was limited to office hours"],
            fixes: ["changed the forwarding rule to the new rota", "extended the rule to the whole day"]),
        Problem(
            queue: .telephony, subject: "voicemail",
            titles: ["Voicemail PIN [forgotten|rejected]", "Voicemail is full"],
            symptoms: [
                "the voicemail rejects my PIN [every time|since {time}]",
                "callers hear that my voicemail is full",
            ],
            details: [
                "I have [deleted|listened to] {count} messages.",
                "I returned from [leave|a journey] today.",
            ],
            questions: ["Do you see the voicemail icon on the phone?"],
            causes: ["the PIN had expired", "deleted messages were still kept for {rate} days"],
            fixes: ["reset the PIN of the voicemail", "emptied the deleted messages of the voicemail"]),
    ]

    static let facilities: [Problem] = [
        Problem(
            queue: .facilities, subject: "meeting room screen",
            titles: ["Meeting room screen [stays black|no picture]", "No sound in room {room}"],
            symptoms: [
                "the screen in room {room} [stays black|shows no picture]",
                "there is no sound from the screen in room {room}",
            ],
            details: [
                "The [cable|adapter] of the table is [missing|loose].",
                "We have guests at {time} in that room.",
            ],
            questions: ["Does the touch panel of the room react?"],
            causes: ["the room controller had frozen", "the adapter of the table was broken"],
            fixes: ["restarted the room controller of {room}", "replaced the adapter in room {room}"]),
        Problem(
            queue: .facilities, subject: "badge reader",
            titles: ["Door badge [refused|does not open]", "Badge reader on {floor} [dark|broken]"],
            symptoms: [
                "my badge does not open the door on {floor}",
                "the badge reader on {floor} [stays red|is dark]",
            ],
            details: [
                "The main entrance [works|opens] with the same badge.",
                "I moved to {site} [this week|on Monday].",
            ],
            questions: ["Which number is printed on the back of the badge?"],
            causes: ["the badge had no rights for {floor}", "the reader had lost its power supply"],
            fixes: ["added {floor} to the badge", "replaced the power supply of the reader"]),
        Problem(
            queue: .facilities, subject: "server room cooling",
            titles: ["Server room [too warm|temperature alarm]", "Cooling alarm at {site}"],
            symptoms: [
                "the server room at {site} shows {rate} degrees",
                "the cooling unit at {site} raised an alarm at {time}",
            ],
            details: [
                "The second unit [runs|is off].",
                "Two [fans|racks] are [very loud|hot].",
            ],
            questions: ["Is the filter indicator of the unit red?"],
            causes: ["the filter of the cooling unit was blocked", "a compressor had failed"],
            fixes: ["cleaned the filter of the cooling unit", "called the contractor, who changed the compressor"]),
        Problem(
            queue: .facilities, subject: "desk booking",
            titles: ["Desk booking shows wrong desk", "Cannot book a desk [on {floor}|at {site}]"],
            symptoms: [
                "the desk booking gives my desk on {floor} to [somebody else|two people]",
                "I cannot book a desk at {site} for [Monday|Friday]",
            ],
            details: [
                "The map shows {count} free desks, but none can be [chosen|selected].",
                "My team sits [together|there] on that day.",
            ],
            questions: ["Which desk number does the booking show?"],
            causes: ["the floor plan was out of date", "the booking window was closed by mistake"],
            fixes: ["imported the new floor plan of {floor}", "opened the booking window for {site}"]),
    ]
}
