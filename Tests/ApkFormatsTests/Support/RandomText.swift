/// Random values in the grammars of apk's texts.
enum RandomText {
    /// A valid version with few different parts.
    static func version(_ generator: inout SeededGenerator) -> String {
        var text = number(&generator)
        while generator.oneIn(2) { text += "." + number(&generator) }
        if generator.oneIn(5) { text += generator.pick(["a", "b", "z"]) }
        while generator.oneIn(4) {
            text += "_" + generator.pick(["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"])
            if generator.oneIn(2) { text += number(&generator) }
        }
        if generator.oneIn(6) { text += "~" + generator.pick(["0", "1a", "ab", "abc"]) }
        if generator.oneIn(2) { text += "-r" + number(&generator) }
        return text
    }

    /// A name as packages and what they provide have it.
    static func name(_ generator: inout SeededGenerator) -> String {
        let prefix = generator.pick(["", "", "so:", "cmd:", "pc:", "py3.11:", "/"])
        return prefix + generator.pick(["a", "lib", "B", "x86"]) + generator.pick(["", "-b", "_1", ".so.1", "++"])
    }

    private static func number(_ generator: inout SeededGenerator) -> String {
        generator.pick(["0", "00", "1", "2", "9", "10", "01", "20240101"])
    }
}
