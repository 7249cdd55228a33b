/// One package of an index: a view of its lines, which stay in the index's text.
///
/// Nothing is copied until a property is asked for, so that tens of thousands of records cost a few bytes each. A
/// record shares the text of the whole index and keeps it alive.
public struct IndexRecord: Sendable, CustomStringConvertible {
    package let text: [UInt8]
    package let range: Range<Int>

    /// A view of `range`, which must hold the fields of one package: whole lines among them `P`, `V` and a valid `C`.
    /// A blank line inside belongs to a record that began without a name.
    package init(text: [UInt8], range: Range<Int>) {
        self.text = text
        self.range = range
    }

    /// The name and version as apk writes them together: `musl-1.2.4-r4`.
    public var description: String { name + "-" + version }

    /// The number of the record's first line in the index, counted from 1.
    ///
    /// - Complexity: O(*n*) in the bytes before the record.
    public var line: Int { 1 + text[..<range.lowerBound].count { $0 == 0x0a } }
}

/// A field of an index as it was written.
public struct IndexField: Hashable, Sendable {
    /// The letter before the colon; not always a letter in an index of another time.
    public var letter: Unicode.Scalar
    /// Everything behind the colon.
    public var value: String
}

/// The fields.
extension IndexRecord {
    /// The package's name (`P`).
    public var name: String { string("P") }
    /// The version (`V`), which need not follow the grammar.
    public var version: String { string("V") }
    /// The architecture (`A`); nil where the package fits every one.
    public var architecture: String? { optionalString("A") }
    /// The digest of the control segment (`C`), by which apk tells packages apart.
    public var checksum: Checksum {
        guard let checksum = withValue(of: "C", { $0.flatMap { Checksum($0) } }) else {
            preconditionFailure("a record is only made from lines with a valid checksum")
        }
        return checksum
    }
    /// The size of the package file in bytes (`S`).
    public var downloadSize: Int { number("S") }
    /// The size on disk in bytes (`I`). apk neither fetches nor unpacks a package of size 0.
    public var installedSize: Int { number("I") }
    /// One line about the package (`T`).
    public var summary: String { string("T") }
    /// The web page of the packaged project (`U`).
    public var url: String { string("U") }
    /// The licence, usually an SPDX expression (`L`).
    public var license: String { string("L") }
    /// The source package (`o`).
    public var origin: String? { optionalString("o") }
    /// Who looks after the package (`m`).
    public var maintainer: String? { optionalString("m") }
    /// When it was built, in seconds since 1970 (`t`); 0 if not said.
    public var buildTime: Int { number("t") }
    /// The commit that it was built from (`c`).
    public var commit: String? { optionalString("c") }
    /// How strongly it offers its unversioned names (`k`), 0…65535.
    public var providerPriority: Int { number("k") & 0xffff }
    /// What it needs and what it must not meet (`D`), up to the first entry that is no dependency.
    public var dependencies: [Dependency] { list("D").dependencies }
    /// The names that it offers (`p`), up to the first entry that is no dependency.
    public var provides: [Dependency] { list("p").dependencies }
    /// The packages whose presence brings this one in (`i`); as in apk none at all if one of them is broken.
    public var installIf: [Dependency] {
        let (dependencies, errors) = list("i")
        return errors.isEmpty ? dependencies : []
    }
    /// The packages whose files it may take over (`r`, in installed databases).
    public var replaces: [Dependency] { list("r").dependencies }

    /// The fields with letters that apk 3 does not know, in their order.
    public var unknownFields: [IndexField] {
        var fields: [IndexField] = []
        forEachField { letter, value in
            guard !IndexLetters.known.contains(letter) else { return }
            fields.append(IndexField(letter: Unicode.Scalar(letter), value: String(decoding: value, as: UTF8.self)))
        }
        return fields
    }

    /// Whether apk takes the package for one of these architectures: it names one of them, or `noarch`, or none.
    public func fits(architectures: some Sequence<String>) -> Bool {
        guard let architecture, architecture != "noarch" else { return true }
        return architectures.contains(architecture)
    }
}

/// Reading in place.
extension IndexRecord {
    /// Calls `body` with the letter and value of each field in turn.
    package func forEachField(_ body: (UInt8, UnsafeBufferPointer<UInt8>) -> Void) {
        text.withUnsafeBufferPointer { bytes in
            var reader = FieldReader(bytes, in: range)
            while let element = try? reader.next() {
                switch element {
                case .field(let letter, let value): body(letter, UnsafeBufferPointer(rebasing: bytes[value]))
                case .endOfRecord: break
                case .end: return
                }
            }
        }
    }

    /// The last field with this letter, which is the one that counts where a letter comes once; nil if there is none.
    package func withValue<Result>(
        of letter: Unicode.Scalar, _ body: (UnsafeBufferPointer<UInt8>?) -> Result
    ) -> Result {
        var found: UnsafeBufferPointer<UInt8>?
        let wanted = UInt8(ascii: letter)
        return text.withUnsafeBufferPointer { bytes in
            var reader = FieldReader(bytes, in: range)
            search: while let element = try? reader.next() {
                switch element {
                case .field(wanted, let value): found = UnsafeBufferPointer(rebasing: bytes[value])
                case .field, .endOfRecord: break
                case .end: break search
                }
            }
            return body(found)
        }
    }

    /// The dependencies of all fields with this letter, and what is wrong with them.
    func list(_ letter: Unicode.Scalar) -> (dependencies: [Dependency], errors: [FormatError]) {
        var dependencies: [Dependency] = []
        var errors: [FormatError] = []
        forEachField { found, value in
            guard found == UInt8(ascii: letter) else { return }
            errors += Dependency.readList(value, field: String(letter), into: &dependencies)
        }
        return (dependencies, errors)
    }

    private func string(_ letter: Unicode.Scalar) -> String { optionalString(letter) ?? "" }

    private func optionalString(_ letter: Unicode.Scalar) -> String? {
        withValue(of: letter) { value in
            guard let value, !value.isEmpty else { return nil }
            return String(decoding: value, as: UTF8.self)
        }
    }

    private func number(_ letter: Unicode.Scalar) -> Int { withValue(of: letter) { $0.map(decimalNumber) ?? 0 } }
}

/// The field letters of apk 3.
enum IndexLetters {
    /// Those that an index and a database share, in the order in which they are written.
    static let index = Array("CPVASITULomtckDpi".utf8)
    /// Those of an installed database, which an index may carry in vain.
    static let database = Array("grqsfFMRaZ".utf8)
    static let known = Set(index + database)
}
