/// What a root is asked to hold, `etc/apk/world`: dependencies, at most one for each name.
///
/// Entries that are no dependencies are kept, so that nobody's line is lost, and are told by ``problems``.
public struct World: Hashable, Sendable {
    /// A line of the world.
    public struct Entry: Hashable, Sendable {
        /// The name that the entry is about, under which it is sorted and replaced.
        public let name: String
        /// The dependency; nil if the text is none.
        public let dependency: Dependency?
        /// What is wrong with the text.
        public let error: FormatError?
        /// The entry as it is written.
        public let text: String
    }

    /// The entries by name, upper and lower case alike, in which order apk looks at them.
    public private(set) var entries: [Entry] = []

    /// A world that asks for nothing.
    public init() {}

    /// Reads the content of `etc/apk/world`. Blanks and line feeds separate entries; of two with the same name the
    /// later one stays.
    public init(parsing text: [UInt8]) {
        var line = 1
        for lineText in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            for word in lineText.split(separator: 0x20) { insert(Entry(String(decoding: word, as: UTF8.self), line)) }
            line += 1
        }
    }

    /// The dependencies in the order of ``entries``, broken ones left out.
    public var dependencies: [Dependency] { entries.compactMap(\.dependency) }

    /// What is wrong with the entries that are no dependencies.
    public var problems: [FormatError] { entries.compactMap(\.error) }

    /// Asks for something, instead of whatever was asked for the same name.
    public mutating func add(_ dependency: Dependency) { insert(Entry(dependency)) }

    /// Takes back what was asked for a name.
    ///
    /// - Returns: whether there was anything.
    @discardableResult
    public mutating func remove(named name: String) -> Bool {
        let place = place(of: name)
        guard place < entries.count, entries[place].name == name else { return false }
        entries.remove(at: place)
        return true
    }

    /// The content of `etc/apk/world`: an entry a line, sorted; one empty line for a world that asks for nothing.
    public var text: [UInt8] {
        guard !entries.isEmpty else { return [0x0a] }
        return entries.flatMap { $0.text.utf8 + [0x0a] }
    }

    private mutating func insert(_ entry: Entry) {
        let place = place(of: entry.name)
        if place < entries.count, entries[place].name == entry.name {
            entries[place] = entry
        } else {
            entries.insert(entry, at: place)
        }
    }

    /// Where the entry of this name stands or belongs.
    private func place(of name: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if isNameOrdered(entries[middle].name.utf8, before: name.utf8) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension World.Entry {
    /// The entry of a dependency.
    fileprivate init(_ dependency: Dependency) {
        self.init(name: dependency.name, dependency: dependency, error: nil, text: dependency.description)
    }

    /// The entry of a word, which may be no dependency.
    fileprivate init(_ word: String, _ line: Int) {
        do {
            self.init(try Dependency(parsing: word))
        } catch {
            let name = word.drop { $0 == "!" }.prefix { !"<>=~@".contains($0) }
            self.init(name: String(name), dependency: nil, error: error.at(line: line), text: word)
        }
    }
}
