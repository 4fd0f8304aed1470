extension ServiceDeskRecord {
    /// The report as colleagues would write it who joined from another company and have other words for the same things.
    ///
    /// A model that was tuned on ``report`` meets a shifted stream in it; the queue stays the same.
    public var reportInOtherWords: String {
        var text = report
        for (ours, theirs) in Self.otherWords {
            text = text.replacing(ours, with: theirs)
            text = text.replacing(Self.capitalized(ours), with: Self.capitalized(theirs))
        }
        return text
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// Longer names come before their parts.
    private static let otherWords: [(String, String)] = [
        ("docking station", "port replicator"), ("dock", "replicator"), ("laptop", "notebook"), ("monitor", "panel"),
        ("keyboard", "typing unit"), ("keys", "buttons"), ("battery", "power pack"), ("label printer", "tag maker"),
        ("print server", "copy host"), ("printer", "copy machine"), ("print jobs", "copy orders"),
        ("paper jam", "media fault"), ("scanner", "page reader"), ("scan", "page copy"),
        ("wireless network", "air link"),
        ("wireless", "air link"), ("Wi-Fi", "air link"), ("VPN", "tunnel"), ("network share", "filer"),
        ("drive ", "volume "), ("internet line", "uplink"), ("web pages", "online content"),
        ("account", "user profile"), ("locked", "suspended"), ("log in", "sign on"), ("passwords", "pass phrases"),
        ("password", "pass phrase"), ("authenticator", "token app"), ("second factor", "token code"),
        ("rights", "clearance"), ("folder", "register"), ("authorised", "cleared"), ("role", "function"),
        ("shared mailbox", "team postbox"), ("mailbox", "postbox"), ("calendar", "planner"), ("meetings", "sessions"),
        ("meeting room", "huddle space"), ("spam", "junk"), ("mail", "post"), ("spreadsheet program", "table editor"),
        ("spreadsheet", "table editor"), ("macro", "automation"), ("update", "patch"), ("licence", "subscription"),
        ("desk phone", "handset"), ("phone", "handset"), ("headset", "earpiece"), ("voicemail", "answer box"),
        ("badge reader", "door terminal"), ("badge", "pass card"), ("desk booking", "seat planner"),
        ("computer", "workstation"), ("screen", "picture"),
    ]
}
