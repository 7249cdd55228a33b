/// How a shell was told to follow a script: by the script's first line, and by `set`.
struct ShellOptions {
    /// `-e`: a command that fails ends the script, unless something asks for its status.
    var endsAtFailures = false
    /// `-u`: a variable that was never set ends the script.
    var demandsValues = false

    init() {}

    /// What the first line of a script asks for; nil where it names something that is no shell, or an option that is
    /// not known. A script without such a line is for the shell.
    init?(firstLineOf script: [UInt8]) {
        let words = String(decoding: script.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard words.hasPrefix("#!") else { return }
        var fields = words.dropFirst(2).split { $0 == " " || $0 == "\t" }[...]
        // Whatever comes behind the program is one argument to the kernel.
        guard fields.count <= 2 else { return nil }
        func isNext(_ names: [Substring]) -> Bool {
            fields.first.map { names.contains($0.split(separator: "/").last ?? "") } ?? false
        }
        if isNext(["busybox", "env"]) { fields.removeFirst() }
        guard isNext(["sh", "ash", "bash", "dash"]) else { return nil }
        for option in fields.dropFirst() where !apply(option) { return nil }
    }

    /// Does what a word such as `-eu` or `+e` asks for; false if that is not known.
    mutating func apply(_ word: some StringProtocol) -> Bool {
        guard let sign = word.utf8.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+"), word.utf8.count > 1
        else { return false }
        let isOn = sign == UInt8(ascii: "-")
        for letter in word.dropFirst() {
            switch letter {
            case "e": endsAtFailures = isOn
            case "u": demandsValues = isOn
            // These change only what is printed, what programs are told, and files that only running the script writes.
            case "a", "b", "C", "h", "m", "v", "x": continue
            default: return false
            }
        }
        return true
    }
}
