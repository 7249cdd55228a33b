/// A line that names repositories: `[type] [@tag] url [component…]`.
struct RepositoryLine {
    /// The tag without `@`.
    let tag: String?
    /// One repository, or one for each component.
    let repositories: [Repository]

    /// Reads a line of a file, in which words and variables have a meaning.
    init(_ line: String, variables: [String: String]) throws(FormatError) {
        var words = try Self.words(of: line)
        let layout = words.first.flatMap { Repository.Layout(rawValue: $0) }
        if layout != nil { words.removeFirst() }
        // A variable at the start of a URL says nothing about it: apk takes the word for a keyword it does not know.
        if layout == nil, let first = words.first, !first.hasPrefix("@"), !Self.isURL(first) {
            throw Self.failure(first, "v2, v3, ndx, set, @tag, a URL or an absolute path")
        }
        try self.init(words: words, layout: layout, variables: variables)
        if let wrong = repositories.first(where: { !Self.isURL($0.url) }) {
            throw Self.failure(wrong.url, "a URL or an absolute path")
        }
    }

    /// Reads an option, which has no types, and in which a path may also be relative.
    init(option text: String, variables: [String: String]) throws(FormatError) {
        let words = try Self.words(of: text)
        if words.count > 1, Repository.Layout(rawValue: words[0]) != nil {
            throw Self.failure(text, "[@tag] and a URL or path; types stand in files only")
        }
        try self.init(words: words, layout: nil, variables: variables)
    }

    private init(
        words: [String], layout: Repository.Layout?, variables: [String: String]
    ) throws(FormatError) {
        var words = words[...]
        var tag: String?
        if let first = words.first, first.hasPrefix("@") {
            tag = String(first.dropFirst())
            guard tag != "" else { throw Self.failure(first, "a tag behind @") }
            words.removeFirst()
        }
        guard let url = words.popFirst(), !url.isEmpty else {
            throw Self.failure(tag.map { "@" + $0 } ?? "", "a URL or an absolute path")
        }
        guard !url.hasPrefix("@") else { throw Self.failure(url, "one tag at most") }
        if let comment = words.first(where: { $0.hasPrefix("#") }) {
            throw Self.failure(comment, "a component; a comment is a line of its own")
        }
        self.tag = tag
        let base = Repository(url: try RepositoryVariable.expand(url, variables), layout: layout)
        var repositories: [Repository] = []
        for component in words {
            let path = try RepositoryVariable.expand(component, variables)
            repositories.append(Repository(url: base.url + "/" + path, layout: layout))
        }
        self.repositories = repositories.isEmpty ? [base] : repositories
    }

    /// The words between spaces and tabs. White space at the start is an error.
    static func words(of line: String) throws(FormatError) -> [String] {
        guard let first = line.utf8.first, first != 0x20, first != 0x09 else {
            throw failure(line, "no white space at the start of a line")
        }
        guard line.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
            throw failure(line, "no control characters, such as a carriage return")
        }
        return line.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(Substring($0)) }
    }

    /// Whether a word is an absolute path or begins with a scheme.
    private static func isURL(_ word: String) -> Bool { word.hasPrefix("/") || Repository.scheme(of: word) != nil }

    static func failure(_ text: String, _ expected: String) -> FormatError {
        let text = redactingCredentials(inMalformed: text)
        return FormatError(
            .invalidRepository, text: String(decoding: text.utf8.prefix(200), as: UTF8.self), expected: expected)
    }
}

/// A line `set KEY=value`, or `set-default KEY=value`, which keeps a value that is there already.
struct RepositoryVariable {
    let name: String
    let value: String
    let isDefault: Bool

    /// Reads a line; nil if its first word is another.
    init?(line: String, variables: [String: String]) throws(FormatError) {
        let words = try RepositoryLine.words(of: line)
        guard let keyword = words.first, keyword == "set" || keyword == "set-default" else { return nil }
        let assignment =
            words.count == 2 ? words[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) : []
        guard assignment.count == 2 else { throw RepositoryLine.failure(line, "\(keyword) KEY=value") }
        name = String(assignment[0])
        guard Self.isName(name), !name.hasPrefix("APK_") else {
            throw RepositoryLine.failure(name, "a letter, then letters, digits and _; not APK_…")
        }
        isDefault = keyword == "set-default"
        value = try Self.expand(String(assignment[1]), variables)
    }

    /// Puts values in the place of `${KEY}`.
    static func expand(_ text: String, _ variables: [String: String]) throws(FormatError) -> String {
        var expanded = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            expanded += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            guard rest.first == "{" else {
                expanded += "$"
                continue
            }
            guard let end = rest.firstIndex(of: "}") else { throw RepositoryLine.failure(text, "a } behind ${") }
            let name = String(rest[..<end].dropFirst())
            guard let value = variables[name] else {
                throw RepositoryLine.failure("${\(name)}", "a variable that was set before")
            }
            expanded += value
            rest = rest[end...].dropFirst()
        }
        return expanded + rest
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.first?.isLetter == true && text.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }
    }
}
