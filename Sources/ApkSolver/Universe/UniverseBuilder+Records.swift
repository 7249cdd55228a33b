package import ApkFormats

extension UniverseBuilder {
    /// Where records come from.
    package enum Origin: Equatable {
        /// `lib/apk/db/installed`.
        case installedDatabase
        /// `<cache>/installed`: packages that no repository has any more.
        case cache
        /// A repository, by its index.
        case repository(Int)
        /// Added on top of what was loaded: package files, virtual packages.
        case local
    }

    /// Reads the records that stand in `range` of ``text``.
    ///
    /// A record that is only bad in itself becomes an uninstallable package and a ``RecordProblem``; the others are
    /// not affected.
    ///
    /// - Returns: the number of records.
    /// - Throws: ``FormatError`` with the line (counted in the range) where the text is no index: a line that is no
    ///   field, or a record without `P`, `V` or a valid `C`.
    @discardableResult
    package mutating func read(_ range: Range<Int>, from origin: Origin) throws(FormatError) -> Int {
        guard text.count < Int(UInt32.max) else {
            throw FormatError(.tooLarge, expected: "at most 4 GiB of index text")
        }
        // A second reference to the same bytes, so that they can be read while this value changes.
        let buffer = text
        return try buffer.withUnsafeBufferPointer { (bytes) throws(FormatError) in
            var count = 0
            var reader = FieldReader(bytes, in: range)
            var record = RecordInProgress(self, at: range.lowerBound)
            while true {
                switch try reader.next() {
                case .field(let letter, let value):
                    try take(letter, value, line: reader.line, into: &record, bytes: bytes, origin: origin)
                case .endOfRecord:
                    guard record.name != nil else { continue }
                    try finish(&record, line: reader.line, bytes: bytes, origin: origin)
                    count += 1
                    record = RecordInProgress(self, at: record.end)
                case .end:
                    return count
                }
            }
        }
    }

    /// The fields of the record that is being read. Its `D`, `p` and `i` are already at the end of the builder's
    /// arrays and are taken back if the package turns out to be known.
    struct RecordInProgress {
        var name: NameID?
        var version: Range<Int>?
        var identity: Checksum.Identity?
        var start: Int?
        var end: Int
        var downloadSize: UInt64 = 0
        var installedSize: UInt64 = 0
        var providerPriority: UInt16 = 0
        var traits: PackageTraits = []
        var installedTag = 0
        var dropsInstallIf = false
        var directory: Range<Int>?
        var ownsSelf = false
        var problems: [(isFatal: Bool, error: FormatError)] = []
        let dependencyStart: Int
        let providedStart: Int
        let installIfStart: Int

        init(_ builder: borrowing UniverseBuilder, at end: Int) {
            self.end = end
            dependencyStart = builder.dependencies.count
            providedStart = builder.providedNames.count
            installIfStart = builder.installIf.count
        }
    }

    private mutating func take(
        _ letter: UInt8, _ value: Range<Int>, line: Int, into record: inout RecordInProgress,
        bytes: UnsafeBufferPointer<UInt8>, origin: Origin
    ) throws(FormatError) {
        if record.start == nil { record.start = value.lowerBound - 2 }
        record.end = value.upperBound
        switch letter {
        case UInt8(ascii: "P"):
            record.name = NameID(names.intern(value, in: bytes))
        case UInt8(ascii: "V"):
            record.version = value
        case UInt8(ascii: "C"):
            guard let checksum = Checksum(UnsafeBufferPointer(rebasing: bytes[value])) else {
                throw FormatError(
                    .invalidChecksum, line: line, field: "C", text: FieldReader.excerpt(bytes, value),
                    expected: "Q1 or Q2 and the base64 digits of a checksum")
            }
            record.identity = checksum.identity
        case UInt8(ascii: "A"):
            if !isNative(value, bytes) { record.traits.formUnion([.foreignArchitecture, .uninstallable]) }
        case UInt8(ascii: "S"):
            record.downloadSize = number(value, bytes)
        case UInt8(ascii: "I"):
            record.installedSize = number(value, bytes)
        case UInt8(ascii: "k"):
            record.providerPriority = UInt16(truncatingIfNeeded: number(value, bytes))
        case UInt8(ascii: "D"):
            takeDependencies(value, line: line, into: &record, bytes: bytes)
        case UInt8(ascii: "p"):
            takeProvidedNames(value, line: line, into: &record, bytes: bytes)
        case UInt8(ascii: "i"):
            takeInstallIf(value, line: line, into: &record, bytes: bytes)
        case UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "L"), UInt8(ascii: "o"), UInt8(ascii: "m"),
            UInt8(ascii: "t"), UInt8(ascii: "c"), UInt8(ascii: "r"), UInt8(ascii: "q"), UInt8(ascii: "a"),
            UInt8(ascii: "Z"), UInt8(ascii: "M"), UInt8(ascii: "g"):
            break
        case UInt8(ascii: "F"):
            record.directory = value
        case UInt8(ascii: "R"):
            if origin == .installedDatabase, !record.ownsSelf {
                record.ownsSelf = isSelf(record.directory, value, bytes)
            }
        case UInt8(ascii: "s"):
            if origin == .installedDatabase {
                record.installedTag = tagID(String(decoding: bytes[value], as: UTF8.self))
            }
        case UInt8(ascii: "f"):
            for flag in bytes[value] {
                switch flag {
                case UInt8(ascii: "f"): record.traits.insert(.brokenFiles)
                case UInt8(ascii: "s"): record.traits.insert(.failedScript)
                case UInt8(ascii: "x"): record.traits.insert(.lostAttributes)
                default: break
                }
            }
        default:
            let isIgnorable = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
            if !isIgnorable { record.traits.formUnion([.unknownField, .uninstallable]) }
            record.problems.append(
                (
                    !isIgnorable,
                    FormatError(
                        .unknownField, line: line, field: String(decoding: [letter], as: UTF8.self),
                        text: FieldReader.excerpt(bytes, value), expected: "a field letter that apk 3 knows")
                ))
        }
    }

    private mutating func takeDependencies(
        _ value: Range<Int>, line: Int, into record: inout RecordInProgress, bytes: UnsafeBufferPointer<UInt8>
    ) {
        var reader = DependencyReader(bytes, in: value, checksVersions: false)
        while let element = reader.next() {
            let requirement = requirement(element, bytes)
            dependencies.append(requirement)
            if requirement.isBroken {
                record.traits.formUnion([.brokenDependencies, .uninstallable])
                record.problems.append((true, problem(.invalidVersion, "D", line, element, bytes)))
            }
        }
        if let place = reader.syntaxError {
            record.traits.formUnion([.brokenDependencies, .uninstallable])
            record.problems.append((true, problem("D", line, place, bytes)))
        }
    }

    private mutating func takeProvidedNames(
        _ value: Range<Int>, line: Int, into record: inout RecordInProgress, bytes: UnsafeBufferPointer<UInt8>
    ) {
        var reader = DependencyReader(bytes, in: value, checksVersions: false)
        while let element = reader.next() {
            let requirement = requirement(element, bytes)
            providedNames.append(
                ProvidedName(name: requirement.name, version: requirement.version, isBroken: requirement.isBroken))
            if requirement.isBroken {
                record.problems.append((false, problem(.invalidVersion, "p", line, element, bytes)))
            }
        }
        if let place = reader.syntaxError { record.problems.append((false, problem("p", line, place, bytes))) }
    }

    private mutating func takeInstallIf(
        _ value: Range<Int>, line: Int, into record: inout RecordInProgress, bytes: UnsafeBufferPointer<UInt8>
    ) {
        var reader = DependencyReader(bytes, in: value, checksVersions: false)
        while let element = reader.next() {
            let requirement = requirement(element, bytes)
            installIf.append(requirement)
            if requirement.isBroken {
                record.dropsInstallIf = true
                record.problems.append((false, problem(.invalidVersion, "i", line, element, bytes)))
            }
        }
        if let place = reader.syntaxError {
            record.dropsInstallIf = true
            record.problems.append((false, problem("i", line, place, bytes)))
        }
    }

    mutating func finish(
        _ record: inout RecordInProgress, line: Int?, bytes: UnsafeBufferPointer<UInt8>, origin: Origin
    ) throws(FormatError) {
        guard let name = record.name, let start = record.start else { return }
        guard let versionText = record.version, let identity = record.identity else {
            throw FormatError(
                .missingField, line: line, field: record.version == nil ? "V" : "C",
                text: String(decoding: bytes[names.range(name.index)], as: UTF8.self),
                expected: "a record with P:, V: and C:")
        }
        let repository: UInt32 = if case .repository(let index) = origin { 1 << UInt32(index) } else { 0 }
        if record.dropsInstallIf { installIf.removeSubrange(record.installIfStart...) }
        if let known = identities.find(identity, orAddNextOf: packages) {
            dependencies.removeSubrange(record.dependencyStart...)
            providedNames.removeSubrange(record.providedStart...)
            installIf.removeSubrange(record.installIfStart...)
            // The size of a repository is the one to download; the database's may be of another tool's making.
            if packages[known.index].repositories == 0, repository != 0 {
                packages[known.index].downloadSize = record.downloadSize
            }
            packages[known.index].repositories |= repository
            if origin == .cache { packages[known.index].traits.insert(.cachedWithoutRepository) }
            return
        }
        let package = PackageID(packages.count)
        let version = internVersion(versionText, bytes)
        if !isVersionValid(version, bytes) {
            record.problems.append(
                (
                    false,
                    FormatError(
                        .invalidVersion, line: line, field: "V", text: FieldReader.excerpt(bytes, versionText),
                        expected: "a version such as 1.2.3-r0")
                ))
        }
        switch origin {
        case .installedDatabase:
            record.traits.insert(.installed)
            installed.append(package)
            if record.ownsSelf { selfPackage = package }
        case .cache: record.traits.insert(.cachedWithoutRepository)
        case .local: record.traits.insert(.local)
        case .repository: break
        }
        packages.append(
            PackageRow(
                name: name, version: version, identity: identity, downloadSize: record.downloadSize,
                installedSize: record.installedSize, recordStart: UInt32(start),
                recordLength: UInt32(record.end - start), providerPriority: record.providerPriority,
                traits: record.traits, installedTag: UInt8(truncatingIfNeeded: record.installedTag),
                repositories: repository, dependencyStart: UInt32(record.dependencyStart),
                providedStart: UInt32(record.providedStart), installIfStart: UInt32(record.installIfStart)))
        let source: Int? = if case .repository(let index) = origin { index } else { nil }
        for problem in record.problems {
            problems.append(
                RecordProblem(repository: source, package: package, isFatal: problem.isFatal, error: problem.error))
        }
    }

    private mutating func requirement(
        _ element: DependencyReader.Element, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Requirement {
        let name = NameID(names.intern(element.name, in: bytes))
        guard !element.version.isEmpty else {
            return Requirement(name: name, version: .none, relation: element.relation)
        }
        let version = internVersion(element.version, bytes)
        let isBroken =
            element.relation.isIdentity
            ? DependencyReader.isBroken(UnsafeBufferPointer(rebasing: bytes[element.version]), element.relation)
            : !isVersionValid(version, bytes)
        return Requirement(name: name, version: version, relation: element.relation, isBroken: isBroken)
    }

    /// The id of a version; most are the one before, as a package offers its names with its own.
    mutating func internVersion(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> VersionID {
        if range == lastVersion.range { return lastVersion.id }
        if range.count == lastVersion.range.count,
            haveEqualBytes(
                UnsafeBufferPointer(rebasing: bytes[range]), UnsafeBufferPointer(rebasing: bytes[lastVersion.range]))
        {
            return lastVersion.id
        }
        let id = VersionID(versions.intern(range, in: bytes))
        lastVersion = (range, id)
        return id
    }

    /// Whether an interned text is a version by apk's grammar; each text is looked at once.
    mutating func isVersionValid(_ version: VersionID, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        while versionValidity.count <= version.index {
            let text = UnsafeBufferPointer(rebasing: bytes[versions.range(versionValidity.count)])
            versionValidity.append(isValidVersion(text))
        }
        return versionValidity[version.index]
    }

    mutating func isNative(_ value: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = bytes[value]
        if text.elementsEqual(lastArchitecture.text) { return lastArchitecture.isNative }
        let isNative =
            text.isEmpty || text.elementsEqual("noarch".utf8)
            || architectures.contains { text.elementsEqual($0.utf8) }
        lastArchitecture = (Array(text), isNative)
        return isNative
    }
}

/// Digits up to the first other byte, as apk reads a number.
private func number(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for index in range {
        let digit = bytes[index] &- 0x30
        guard digit < 10 else { break }
        value = value &* 10 &+ UInt64(digit)
    }
    return value
}

private func isSelf(_ directory: Range<Int>?, _ file: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let directory else { return false }
    return bytes[file].elementsEqual("exe".utf8) && bytes[directory].elementsEqual("proc/self".utf8)
}

private func problem(
    _ code: FormatError.Code, _ field: String, _ line: Int, _ element: DependencyReader.Element,
    _ bytes: UnsafeBufferPointer<UInt8>
) -> FormatError {
    FormatError(
        code, line: line, field: field, text: Dependency(element, in: bytes).description,
        expected: "a dependency with a valid version")
}

private func problem(
    _ field: String, _ line: Int, _ place: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
) -> FormatError {
    FormatError(
        .invalidDependency, line: line, field: field, text: FieldReader.excerpt(bytes, place),
        expected: "[!]name[op version]")
}
