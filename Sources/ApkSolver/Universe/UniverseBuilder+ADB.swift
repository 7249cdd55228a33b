package import ApkFormats

extension UniverseBuilder {
    /// Reads the packages of an index of apk v3, whose ADB payload stands in `range` of ``text``.
    ///
    /// Names and versions are interned where they stand. A package that is only bad in itself becomes an uninstallable
    /// one and a ``RecordProblem``; one without a digest is left out, as by apk, and is a problem too.
    ///
    /// - Returns: the number of packages, those left out among them.
    /// - Throws: ``FormatError`` with the offset in the payload where it is no index.
    @discardableResult
    package mutating func readADB(_ range: Range<Int>, from origin: Origin) throws(FormatError) -> Int {
        guard text.count < Int(UInt32.max) else {
            throw FormatError(.tooLarge, expected: "at most 4 GiB of indexes")
        }
        // A second reference to the same bytes, so that they can be read while this value changes.
        let buffer = text
        return try buffer.withUnsafeBufferPointer { (bytes) throws(FormatError) in
            let payload = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range]))
            var pass = ADBPass(try ADBIndexWalk(payload), start: range.lowerBound, size: range.count)
            while try pass.walk.next() { try readEntry(&pass, bytes: bytes, origin: origin) }
            return pass.walk.count
        }
    }

    /// What is the same for all packages of one index.
    private struct ADBPass: ~Copyable {
        var walk: ADBIndexWalk
        /// Where the payload starts in the text.
        let start: Int
        /// How many dependencies may still be read. Lists are shared between packages, so that a small payload can hold
        /// endless ones; four for each byte are more than any index has.
        var budget: Int
        let known = ADBRequirementCache()
        /// The dependencies of the list that was read last.
        var list = RequirementList()
        /// Where the last architecture stands, and whether the package fits.
        var lastArchitecture: (range: Range<Int>, isNative: Bool) = (0..<0, true)

        init(_ walk: ADBIndexWalk, start: Int, size: Int) {
            self.walk = walk
            self.start = start
            budget = size * 4 + 65536
        }

        mutating func charge(_ cost: Int, for list: ADBSlots) throws(FormatError) {
            budget -= cost
            guard budget >= 0 else {
                throw FormatError(
                    .tooLarge, text: "a list of \(list.count)", expected: "lists that are not shared without end",
                    offset: list.offset)
            }
        }

        /// A range of the payload as one of the text.
        func inText(_ range: Range<Int>) -> Range<Int> {
            Range(uncheckedBounds: (range.lowerBound &+ start, range.upperBound &+ start))
        }
    }

    private mutating func readEntry(
        _ pass: inout ADBPass, bytes: UnsafeBufferPointer<UInt8>, origin: Origin
    ) throws(FormatError) {
        let entry = pass.walk.entry
        if let fault = entry.fault { return leaveOut(entry, fault, pass.walk.reader, origin) }
        var record = RecordInProgress(self, at: pass.start + entry.offset)
        record.start = pass.start
        record.traits.insert(.adbRecord)
        record.name = NameID(names.intern(pass.inText(entry.name), in: bytes))
        record.version = pass.inText(entry.version)
        record.identity = entry.identity
        if entry.architecture != pass.lastArchitecture.range {
            pass.lastArchitecture = (entry.architecture, isNative(pass.inText(entry.architecture), bytes))
        }
        if !pass.lastArchitecture.isNative {
            record.traits.formUnion([.foreignArchitecture, .uninstallable])
        }
        record.installedSize = entry.installedSize
        record.downloadSize = entry.fileSize
        record.providerPriority = entry.providerPriority
        try readRelations(entry, &pass, into: &record, bytes: bytes)
        if entry.tags.count > 0 {
            try pass.charge(entry.tags.count, for: entry.tags)
            for tag in entry.tags.indices { _ = try pass.walk.reader.blob(entry.tags, tag) }
        }
        try finish(&record, line: nil, bytes: bytes, origin: origin)
    }

    /// Leaves a package out and says why.
    private mutating func leaveOut(
        _ entry: ADBIndexWalk.Entry, _ fault: ADBIndexWalk.Fault, _ reader: ADBReader, _ origin: Origin
    ) {
        let error: FormatError
        switch fault {
        case .noDigest:
            error = FormatError(
                .invalidChecksum, field: "hashes", text: reader.text(entry.name) + "-" + reader.text(entry.version),
                expected: "a package with a digest of 20 or 32 bytes", offset: entry.offset)
        case .badName, .badVersion:
            let part = fault == .badName ? entry.name : entry.version
            error = FormatError(
                .invalidName, field: fault == .badName ? "name" : "version", text: reader.text(part.prefix(200)),
                expected: "1 to 255 bytes that can stand in a file name", offset: entry.offset)
        }
        let source: Int? = if case .repository(let index) = origin { index } else { nil }
        problems.append(RecordProblem(repository: source, package: nil, isFatal: true, error: error))
    }

    /// What a package needs, offers and waits for.
    private mutating func readRelations(
        _ entry: ADBIndexWalk.Entry, _ pass: inout ADBPass, into record: inout RecordInProgress,
        bytes: UnsafeBufferPointer<UInt8>
    ) throws(FormatError) {
        if entry.dependencies.count > 0 {
            if try read(entry.dependencies, &pass, bytes) {
                record.traits.formUnion([.brokenDependencies, .uninstallable])
                record.problems += try Self.problems("D", isFatal: true, entry.dependencies, &pass)
            }
            dependencies.append(contentsOf: pass.list.elements)
        }
        if entry.provides.count > 0 {
            if try read(entry.provides, &pass, bytes) {
                record.problems += try Self.problems("p", isFatal: false, entry.provides, &pass)
            }
            for name in pass.list.elements {
                providedNames.append(ProvidedName(name: name.name, version: name.version, isBroken: name.isBroken))
            }
        }
        if entry.installIf.count > 0 {
            if try read(entry.installIf, &pass, bytes) {
                record.dropsInstallIf = true
                record.problems += try Self.problems("i", isFatal: false, entry.installIf, &pass)
            }
            installIf.append(contentsOf: pass.list.elements)
        }
    }

    /// Reads a list into that of the pass.
    ///
    /// - Returns: whether one of the dependencies is broken.
    private mutating func read(
        _ list: ADBSlots, _ pass: inout ADBPass, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(FormatError) -> Bool {
        try pass.charge(list.count, for: list)
        pass.list.reset(room: list.count)
        let words = pass.walk.reader.words(list)
        var isBroken = false
        for index in 0..<list.count {
            let value = UInt32(littleEndian: words.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
            let requirement: Requirement
            if let known = pass.known.find(value, from: list.offset) {
                requirement = known
            } else {
                requirement = try newRequirement(value, index, of: list, &pass, bytes)
            }
            pass.list.append(requirement)
            isBroken = isBroken || requirement.isBroken
        }
        return isBroken
    }

    @inline(__always)
    private mutating func newRequirement(
        _ value: UInt32, _ index: Int, of list: ADBSlots, _ pass: inout ADBPass, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(FormatError) -> Requirement {
        let found = try pass.walk.reader.dependency(list, index + 1, checksVersions: false)
        var isBroken = found.isBroken
        var version = VersionID.none
        if !found.version.isEmpty {
            version = internVersion(pass.inText(found.version), bytes)
            if !found.asksForIdentity, !isVersionValid(version, bytes) { isBroken = true }
        }
        let requirement = Requirement(
            name: NameID(names.intern(pass.inText(found.name), in: bytes)), version: version,
            relation: found.relation, isBroken: isBroken)
        pass.known.keep(requirement, of: value, end: found.end)
        return requirement
    }

    /// What is wrong with the dependencies of a list that was read last.
    private static func problems(
        _ field: String, isFatal: Bool, _ list: ADBSlots, _ pass: inout ADBPass
    ) throws(FormatError) -> [(isFatal: Bool, error: FormatError)] {
        var problems: [(isFatal: Bool, error: FormatError)] = []
        let reader = pass.walk.reader
        for (index, requirement) in zip(list.indices, pass.list.elements) where requirement.isBroken {
            // A problem is much larger than the four bytes that can repeat it.
            try pass.charge(32, for: list)
            let found = try reader.dependency(list, index)
            problems.append(
                (
                    isFatal,
                    FormatError(
                        .invalidVersion, field: field, text: reader.value(of: found).description,
                        expected: "a dependency with a valid version", offset: list.offset)
                ))
        }
        return problems
    }
}
