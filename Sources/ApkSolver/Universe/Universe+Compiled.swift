internal import ApkFormats

/// A universe as bytes that can be mapped and used as they are, and back.
///
/// The numbers are those of the tables in memory, in the byte order and layout of this program and machine; the
/// fingerprint says which. Offsets count from the start of the bytes, which may lie anywhere. What frames the bytes,
/// and whether they are to be trusted, is the business of who keeps them.
package struct CompiledUniverse {
    /// Changes whenever the meaning of a table does.
    private static let format: UInt64 = 2
    private static let alignment = 64
    /// Where each table starts, and how many bytes it has.
    private static let tableCount = 17

    /// The layout that the bytes must have been made with.
    package static var fingerprint: UInt64 {
        var value = format << 8 | 1
        func mix(_ number: Int) { value = (value ^ UInt64(number)) &* 0x0000_0100_0000_01b3 }
        func mix<Element>(_ type: Element.Type) {
            mix(MemoryLayout<Element>.size)
            mix(MemoryLayout<Element>.stride)
        }
        mix(TextTable.Entry.self)
        mix(PackageRow.self)
        mix(Requirement.self)
        mix(ProvidedName.self)
        mix(Provider.self)
        mix(Int.self)
        return value
    }

    /// Whether a universe can be written: only repositories, all of them with text indexes.
    package static func canHold(_ universe: Universe) -> Bool {
        universe.installed.isEmpty && universe.packageCount > 0
            && !universe.packages.contains { $0.traits.contains(.adbRecord) || $0.traits.contains(.local) }
    }

    /// The first bytes of a universe: what is looked at for every answer. ``Universe/records`` come behind them.
    package static func head(of universe: Universe) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: tableCount * 16)
        var table = 0
        func start(_ count: Int) {
            output.append(contentsOf: repeatElement(0, count: -output.count & (alignment - 1)))
            let directory = [UInt64(output.count), UInt64(count)]
            directory.withUnsafeBytes { output.replaceSubrange(table * 16..<table * 16 + 16, with: $0) }
            table += 1
        }
        func append(_ raw: UnsafeRawBufferPointer) {
            start(raw.count)
            output.append(contentsOf: raw)
        }
        func append<Element>(_ values: Table<Element>) {
            values.withUnsafeBufferPointer { append(UnsafeRawBufferPointer($0)) }
        }
        func append<Element: BitwiseCopyable>(_ values: [Element]) { values.withUnsafeBytes { append($0) } }
        // The texts of names and versions are moved together, so that the records are not needed to solve.
        var text: [UInt8] = []
        func move(_ index: TextIndex) -> [TextTable.Entry] {
            index.entries.map { entry in
                let range = Int(entry.offset)..<Int(entry.offset) + Int(entry.length)
                let moved = TextTable.Entry(
                    offset: UInt32(truncatingIfNeeded: text.count), length: entry.length, hash: entry.hash)
                text.append(contentsOf: universe.text[range])
                return moved
            }
        }
        let names = move(universe.names)
        let versions = move(universe.versions)
        append(text)
        append(names)
        append(universe.names.slots)
        append(versions)
        append(universe.versions.slots)
        append(universe.packages)
        append(universe.dependencies)
        append(universe.providedNames)
        append(universe.installIf)
        append(universe.providers)
        append(universe.providerStarts)
        append(universe.installIfNames.starts)
        append(universe.installIfNames.elements)
        append(universe.wakingPackages.starts)
        append(universe.wakingPackages.elements)
        append(universe.packages.map { Universe.check(universe.records, $0) })
        start(universe.records.count)
        return output
    }

    private static func range(_ table: Int, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        let start = bytes.load(fromByteOffset: table * 16, as: UInt64.self)
        let count = bytes.load(fromByteOffset: table * 16 + 8, as: UInt64.self)
        guard start <= UInt64(bytes.count), count <= UInt64(bytes.count) - start, start % UInt64(alignment) == 0 else {
            return nil
        }
        return Int(start)..<Int(start + count)
    }

    /// What a universe is made of beside its tables.
    package struct Frame: Sendable {
        package var architectures: [String]
        package var repositories: [RepositorySource]
        package var tags: [String]
        package var tagRepositories: [UInt32]
        package var hasUsualConditions: Bool
        package var problems: [RecordProblem]

        package init(
            architectures: [String], repositories: [RepositorySource], tags: [String], tagRepositories: [UInt32],
            hasUsualConditions: Bool, problems: [RecordProblem]
        ) {
            self.architectures = architectures
            self.repositories = repositories
            self.tags = tags
            self.tagRepositories = tagRepositories
            self.hasUsualConditions = hasUsualConditions
            self.problems = problems
        }

        package init(_ universe: Universe) {
            self.init(
                architectures: universe.architectures, repositories: universe.repositories, tags: universe.tags,
                tagRepositories: universe.tagRepositories, hasUsualConditions: universe.hasUsualConditions,
                problems: universe.problems)
        }
    }

    let bytes: UnsafeRawBufferPointer
    let owner: any Sendable & AnyObject

    /// The universe in bytes that were made by ``head(of:)`` with the same ``fingerprint``; nil if tables lie outside
    /// of the bytes or do not fit together.
    ///
    /// - Parameter owner: what keeps the bytes.
    package static func universe(
        in bytes: UnsafeRawBufferPointer, frame: Frame, owner: any Sendable & AnyObject
    ) -> Universe? {
        guard bytes.count >= tableCount * 16, UInt(bitPattern: bytes.baseAddress) % UInt(alignment) == 0 else {
            return nil
        }
        for table in 0..<tableCount where range(table, in: bytes) == nil { return nil }
        let universe = Universe(CompiledUniverse(bytes: bytes, owner: owner), frame)
        let names = universe.names.count
        let starts = [universe.providerStarts, universe.installIfNames.starts, universe.wakingPackages.starts]
        let textSize = universe.text.count
        guard [universe.names, universe.versions].allSatisfy({ $0.isSound(textSize: textSize) }),
            starts.allSatisfy({ $0.count == names + 1 }),
            frame.problems.allSatisfy({ problem in
                problem.package.map { $0.index < universe.packageCount } ?? true
                    && problem.repository.map { $0 < frame.repositories.count } ?? true
            })
        else { return nil }
        return universe
    }

    func table<Element>(_ number: Int) -> Table<Element> {
        let range = Self.range(number, in: bytes) ?? 0..<0
        return Table(mapping: UnsafeRawBufferPointer(rebasing: bytes[range]), owner: owner)
    }
}
