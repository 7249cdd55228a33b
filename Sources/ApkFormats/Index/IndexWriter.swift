/// Writes the records of an index as apk does.
public enum IndexWriter {
    /// The text of an index: the records in apk's order, by name and then by ascending version, each as ``record(_:)``.
    public static func index(of records: [IndexRecord]) -> [UInt8] {
        let keyed = records.map { (name: Array($0.name.utf8), version: $0.version, record: $0) }
        let sorted = keyed.sorted { left, right in
            guard left.name == right.name else { return isNameOrdered(left.name, before: right.name) }
            return Version.compare(left.version, right.version) == .less
        }
        var text: [UInt8] = []
        for entry in sorted {
            entry.record.write(to: &text)
            text.append(0x0a)
        }
        return text
    }

    /// The lines of one record: the fields in apk's order, numbers and dependencies in their usual form, what apk does
    /// not know left out. Without the blank line that ends a record.
    public static func record(_ record: IndexRecord) -> [UInt8] {
        var text: [UInt8] = []
        record.write(to: &text)
        return text
    }
}

extension IndexRecord {
    /// Appends the fields that an index and a database share.
    func write(to text: inout [UInt8]) {
        text.append(field: "C") { Checksum(checksum.identity).write(to: &$0) }
        for letter in ["P", "V"] as [Unicode.Scalar] { write(letter, isOptional: false, to: &text) }
        write("A", isOptional: true, to: &text)
        text.append(field: "S") { $0.append(decimal: downloadSize) }
        text.append(field: "I") { $0.append(decimal: installedSize) }
        for letter in ["T", "U", "L"] as [Unicode.Scalar] { write(letter, isOptional: false, to: &text) }
        for letter in ["o", "m"] as [Unicode.Scalar] { write(letter, isOptional: true, to: &text) }
        if buildTime != 0 { text.append(field: "t") { $0.append(decimal: buildTime) } }
        write("c", isOptional: true, to: &text)
        if providerPriority != 0 { text.append(field: "k") { $0.append(decimal: providerPriority) } }
        text.append(field: "D", dependencies)
        text.append(field: "p", provides)
        text.append(field: "i", installIf)
    }

    private func write(_ letter: Unicode.Scalar, isOptional: Bool, to text: inout [UInt8]) {
        withValue(of: letter) { value in
            let isEmpty = value.map(\.isEmpty) ?? true
            if isEmpty && isOptional { return }
            text.append(field: letter) { if let value { $0.append(contentsOf: value) } }
        }
    }
}

extension [UInt8] {
    /// Appends a line `X:value` whose value `write` appends.
    mutating func append(field letter: Unicode.Scalar, _ write: (inout [UInt8]) -> Void) {
        append(UInt8(ascii: letter))
        append(UInt8(ascii: ":"))
        write(&self)
        append(0x0a)
    }

    /// Appends a line with dependencies, joined by blanks; nothing for none.
    ///
    /// Those of a v3 package may hold any byte. What would end the line, or read as two, is none that could ever be met
    /// and is left out.
    mutating func append(field letter: Unicode.Scalar, _ dependencies: [Dependency]) {
        let dependencies = dependencies.filter(\.isOneWord)
        guard !dependencies.isEmpty else { return }
        append(field: letter) { text in
            for (index, dependency) in dependencies.enumerated() {
                if index > 0 { text.append(0x20) }
                text.append(contentsOf: dependency.description.utf8)
            }
        }
    }
}

extension Dependency {
    /// Whether its text has no blanks and no control characters.
    package var isOneWord: Bool {
        name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f } && version.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }
}
