extension Problem {
    static let network: [Problem] = [
        Problem(
            queue: .network, subject: "VPN",
            titles: ["VPN [disconnects|drops]", "No VPN from home"],
            symptoms: [
                "the VPN [drops|disconnects] every {minutes} minutes when I work from home",
                "the VPN client stops with error {error}",
            ],
            details: [
                "My home connection is [stable|fast], other sites open.",
                "It happens with [cable|wireless] as well.",
            ],
            questions: ["Which version does the VPN client show?"],
            causes: ["the VPN client was out of date", "the certificate of the VPN had expired"],
            fixes: ["installed VPN client {version}", "issued a new certificate for the VPN"]),
        Problem(
            queue: .network, subject: "wireless network",
            titles: ["Wireless [slow|weak] on {floor}", "Wi-Fi drops in room {room}"],
            symptoms: [
                "the wireless network on {floor} is [very slow|hardly usable]",
                "I lose the wireless network in room {room} every {minutes} minutes",
            ],
            details: [
                "A speed test shows {count} megabits.",
                "Near the [window|stairs] it is [better|normal].",
            ],
            questions: ["Which access point does your laptop show?"],
            causes: ["an access point on {floor} was overloaded", "two access points used the same channel"],
            fixes: ["added an access point on {floor}", "moved the access point to channel {rate}"]),
        Problem(
            queue: .network, subject: "network share",
            titles: ["Network share [not reachable|gone]", "Drive {drive} is missing"],
            symptoms: [
                "drive {drive} with our team files is [missing|not reachable]",
                "opening the network share takes {minutes} minutes",
            ],
            details: [
                "[Two|Three] colleagues have the same problem.",
                "The path worked until {time}.",
            ],
            questions: ["Can you open the share by its full path?"],
            causes: ["the file server was short of memory", "the drive was mapped to the old server"],
            fixes: ["restarted the file server", "mapped drive {drive} to the new server"]),
        Problem(
            queue: .network, subject: "internet line",
            titles: ["Internet [down|very slow] at {site}", "Line outage at {site}"],
            symptoms: [
                "the internet line at {site} is down since {time}",
                "all web pages at {site} load [very slowly|not at all]",
            ],
            details: [
                "The router shows a [red|blinking] light.",
                "About {count} people cannot work.",
            ],
            questions: ["Is the light of the modem steady?"],
            causes: ["the provider had an outage", "a firewall rule blocked the traffic"],
            fixes: ["moved {site} to the backup line until the provider was back", "removed the firewall rule"]),
    ]

    static let access: [Problem] = [
        Problem(
            queue: .access, subject: "account",
            titles: ["Account locked", "Cannot log in [after leave|this morning]"],
            symptoms: [
                "my account is locked after [three|five] wrong passwords",
                "I cannot log in since {time}",
            ],
            details: [
                "I changed my password [yesterday|last week].",
                "My phone still [asks|uses] the old password.",
            ],
            questions: ["Which devices still use the old password?"],
            causes: ["a phone kept sending the old password", "the password had expired"],
            fixes: ["unlocked the account and changed the password on the phone", "reset the password of the account"]),
        Problem(
            queue: .access, subject: "authenticator",
            titles: ["New phone, no [authenticator|second factor]", "Second factor does not work"],
            symptoms: [
                "I have a new phone and the authenticator is [empty|gone]",
                "the codes of the authenticator are [refused|always wrong]",
            ],
            details: [
                "The old phone was [returned|wiped].",
                "The clock of the phone is {minutes} minutes [late|early].",
            ],
            questions: ["Can you come to {site} with your badge to prove who you are?"],
            causes: ["the authenticator was bound to the old phone", "the clock of the phone was wrong"],
            fixes: ["bound the authenticator to the new phone", "set the clock of the phone to automatic"]),
        Problem(
            queue: .access, subject: "shared folder",
            titles: ["No rights to folder {folder}", "Access to {folder} [needed|missing]"],
            symptoms: [
                "I have no rights to the folder {folder}",
                "the folder {folder} is read only for [me|our team]",
            ],
            details: [
                "I joined the team [this week|on Monday].",
                "My manager has agreed by mail.",
            ],
            questions: ["Do you need to write, or only to read?"],
            causes: ["the group {folder} did not include the new member", "rights were not inherited"],
            fixes: ["added the member to the group {folder}", "switched inheritance on for {folder}"]),
        Problem(
            queue: .access, subject: "application role",
            titles: ["Role missing in {application}", "{application} says not authorised"],
            symptoms: [
                "{application} says that I am not authorised",
                "I lost my role in {application} after the move to a new team",
            ],
            details: [
                "I need it for the [monthly|weekly] closing.",
                "The message shows error {error}.",
            ],
            questions: ["Who is the owner of the role?"],
            causes: ["the role had been removed with the old team", "the role request was never approved"],
            fixes: ["gave the role back in {application}", "sent the request to the owner, who approved it"]),
    ]

    static let email: [Problem] = [
        Problem(
            queue: .email, subject: "mailbox",
            titles: ["Mailbox [full|over quota]", "Cannot send mail"],
            symptoms: [
                "my mailbox is full and I cannot send [mail|messages]",
                "I get a warning that my mailbox uses {percent} percent",
            ],
            details: [
                "I have deleted {count} [large|old] messages.",
                "The archive folder is [empty|off].",
            ],
            questions: ["May we switch on the archive for you?"],
            causes: ["deleted items still counted", "the archive was not switched on"],
            fixes: ["emptied the deleted items of the mailbox", "switched on the archive of the mailbox"]),
        Problem(
            queue: .email, subject: "calendar",
            titles: ["Calendar [not in step|shows wrong times]", "Meetings missing on the phone"],
            symptoms: [
                "meetings are [missing|shown twice] in the calendar of my phone",
                "my calendar shows all meetings {count} hours late",
            ],
            details: [
                "The web version is [right|correct].",
                "I travelled to {site} last week.",
            ],
            questions: ["Which time zone does the phone show?"],
            causes: ["the time zone of the mailbox was wrong", "the phone profile was damaged"],
            fixes: ["set the time zone of the mailbox", "removed the profile and added it to the phone again"]),
        Problem(
            queue: .email, subject: "shared mailbox",
            titles: ["Shared mailbox [not visible|gone]", "Cannot send from {folder}"],
            symptoms: [
                "the shared mailbox {folder} is not visible any more",
                "I cannot send from the shared mailbox {folder}",
            ],
            details: [
                "Reading [works|is fine] in the web version.",
                "It [stopped|began] after the update at {time}.",
            ],
            questions: ["Do you see it when you add it by hand?"],
            causes: ["the right to send had been lost", "automatic mapping was switched off"],
            fixes: ["gave the right to send from {folder}", "switched automatic mapping on for {folder}"]),
        Problem(
            queue: .email, subject: "spam filter",
            titles: ["Customer mail [in spam|rejected]", "Phishing mail received"],
            symptoms: [
                "mail from a customer lands in [spam|quarantine]",
                "I received a [strange|phishing] mail that asks for my password",
            ],
            details: [
                "The sender [writes|is known] since years.",
                "I did not open the [link|attachment].",
            ],
            questions: ["Can you send us the message as an attachment?"],
            causes: ["the domain of the sender had no valid signature", "the filter did not know the new campaign"],
            fixes: ["added the domain to the allowed senders", "blocked the sender and searched {count} mailboxes"]),
    ]

    static let software: [Problem] = [
        Problem(
            queue: .software, subject: "spreadsheet program",
            titles: ["Spreadsheet [crashes|freezes]", "Macro stops with error {error}"],
            symptoms: [
                "the spreadsheet program [crashes|freezes] when I open a file of {count} megabytes",
                "our macro stops with error {error}",
            ],
            details: [
                "A smaller file [opens|works].",
                "It happens since the update at {time}.",
            ],
            questions: ["Does it happen with add-ins switched off?"],
            causes: ["an add-in was not compatible", "the program was the 32 bit version"],
            fixes: ["switched off the add-in", "installed the 64 bit version {version}"]),
        Problem(
            queue: .software, subject: "{application}",
            titles: ["{application} does not start", "{application} [slow|hangs]"],
            symptoms: [
                "{application} does not start and shows error {error}",
                "{application} [hangs|is very slow] since {time}",
            ],
            details: [
                "Restarting the computer [helped for an hour|did not help].",
                "The window stays [white|grey] for {minutes} minutes.",
            ],
            questions: ["Which version of {application} is installed?"],
            causes: ["the cache of {application} was damaged", "the database index of {application} was broken"],
            fixes: ["deleted the cache of {application}", "rebuilt the index of {application}"]),
        Problem(
            queue: .software, subject: "operating system update",
            titles: ["Update [fails|does not install]", "Computer restarts during updates"],
            symptoms: [
                "the update stops at {percent} percent with error {error}",
                "my computer asks for the same update every [day|morning]",
            ],
            details: [
                "There are {count} gigabytes free on the disk.",
                "I left it running [over night|for {minutes} minutes].",
            ],
            questions: ["How much space is free on the disk?"],
            causes: ["the disk was too full for the update", "the update store was damaged"],
            fixes: ["freed space on the disk and ran the update", "repaired the update store"]),
        Problem(
            queue: .software, subject: "licence",
            titles: ["Licence [expired|not valid]", "{application} asks for a licence"],
            symptoms: [
                "{application} says that its licence has expired",
                "{application} asks for a licence key [at every start|since {time}]",
            ],
            details: [
                "I need it for a [customer|report] by [Monday|Friday].",
                "Colleagues with the same version are not [affected|asked].",
            ],
            questions: ["Which licence number does the about window show?"],
            causes: ["the licence server had lost one seat", "the licence had not been renewed"],
            fixes: ["freed a seat on the licence server", "renewed the licence of {application}"]),
    ]

    static let all: [Problem] = access + email + facilities + hardware + network + printing + software + telephony
}
