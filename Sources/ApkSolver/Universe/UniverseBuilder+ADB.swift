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
            var pass = ADBPass(reader: try ADBReader(payload), start: range.lowerBound, size: range.count)
            let packages = try pass.reader.array(try pass.reader.root(), ADBSchema.Index.packages)
            for index in packages.indices {
                let info = try pass.reader.object(packages, index)
                try readInfo(info, &pass, bytes: bytes, origin: origin)
            }
            return packages.count
        }
    }

    /// What is the same for all packages of one index.
    private struct ADBPass {
        let reader: ADBReader
        /// Where the payload starts in the text.
        let start: Int
        /// How many dependencies may still be read. Lists are shared between packages, so that a small payload can hold
        /// endless ones; four for each byte are more than any index has.
        var budget: Int
        /// The dependencies that were read already, and for each place in the payload where an object can stand the
        /// number of its dependency, counted from 1: an index names the same library thousands of times.
        var requirements: [Requirement] = []
        var places: [UInt32]
        var lastVersion: (range: Range<Int>, version: VersionID, isValid: Bool) = (0..<0, .none, true)
        /// Where the last architecture stands, and whether the package fits.
        var lastArchitecture: (range: Range<Int>, isNative: Bool) = (0..<0, true)

        init(reader: ADBReader, start: Int, size: Int) {
            self.reader = reader
            self.start = start
            budget = size * 4 + 65536
            places = [UInt32](repeating: 0, count: size / 4 + 1)
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
        func inText(_ range: Range<Int>) -> Range<Int> { range.lowerBound + start..<range.upperBound + start }
    }

    private mutating func readInfo(
        _ info: ADBSlots, _ pass: inout ADBPass, bytes: UnsafeBufferPointer<UInt8>, origin: Origin
    ) throws(FormatError) {
        typealias Info = ADBSchema.Info
        let reader = pass.reader
        var record = RecordInProgress(self, at: pass.start + info.offset)
        record.start = pass.start
        record.traits.insert(.adbRecord)
        let name = try reader.text(ofInfo: info, Info.name, "name")
        let version = try reader.text(ofInfo: info, Info.version, "version")
        guard let checksum = try reader.identity(ofInfo: info) else {
            return drop(
                FormatError(
                    .invalidChecksum, field: "hashes", text: reader.text(name) + "-" + reader.text(version),
                    expected: "a package with a digest of 20 or 32 bytes", offset: info.offset), origin)
        }
        for part in [name, version] where !PathComponent.isValid(reader.bytes(part)) {
            return drop(
                FormatError(
                    .invalidName, field: part == name ? "name" : "version", text: reader.text(part.prefix(200)),
                    expected: "1 to 255 bytes that can stand in a file name", offset: info.offset), origin)
        }
        record.name = NameID(names.intern(pass.inText(name), in: bytes))
        record.version = pass.inText(version)
        record.identity = checksum.identity
        let architecture = try reader.blob(info, Info.architecture)
        if architecture != pass.lastArchitecture.range {
            pass.lastArchitecture = (architecture, isNative(pass.inText(architecture), bytes))
        }
        if !pass.lastArchitecture.isNative {
            record.traits.formUnion([.foreignArchitecture, .uninstallable])
        }
        record.installedSize = try Swift.min(reader.integer(info, Info.installedSize), UInt64(largestNumber))
        record.downloadSize = try Swift.min(reader.integer(info, Info.fileSize), UInt64(largestNumber))
        record.providerPriority = UInt16(truncatingIfNeeded: try reader.integer(info, Info.providerPriority))
        try readRelations(of: info, &pass, into: &record, bytes: bytes)
        _ = try reader.array(info, Info.replaces)
        try reader.checkTexts(ofInfo: info)
        let tags = try list(info, Info.tags, &pass)
        for tag in tags.indices { _ = try reader.blob(tags, tag) }
        try finish(&record, line: nil, bytes: bytes, origin: origin)
    }

    /// Leaves a package out and says why.
    private mutating func drop(_ error: FormatError, _ origin: Origin) {
        let source: Int? = if case .repository(let index) = origin { index } else { nil }
        problems.append(RecordProblem(repository: source, package: nil, isFatal: true, error: error))
    }

    /// What a package needs, offers and waits for.
    private mutating func readRelations(
        of info: ADBSlots, _ pass: inout ADBPass, into record: inout RecordInProgress, bytes: UnsafeBufferPointer<UInt8>
    ) throws(FormatError) {
        typealias Info = ADBSchema.Info
        let needed = try list(info, Info.dependencies, &pass)
        for index in needed.indices {
            let requirement = try requirement(needed, index, &pass, bytes)
            dependencies.append(requirement)
            guard requirement.isBroken else { continue }
            record.traits.formUnion([.brokenDependencies, .uninstallable])
            record.problems.append((true, try Self.problem("D", needed, index, &pass)))
        }
        let provided = try list(info, Info.provides, &pass)
        for index in provided.indices {
            let name = try requirement(provided, index, &pass, bytes)
            providedNames.append(ProvidedName(name: name.name, version: name.version, isBroken: name.isBroken))
            if name.isBroken { record.problems.append((false, try Self.problem("p", provided, index, &pass))) }
        }
        let conditions = try list(info, Info.installIf, &pass)
        for index in conditions.indices {
            let requirement = try requirement(conditions, index, &pass, bytes)
            installIf.append(requirement)
            guard requirement.isBroken else { continue }
            record.dropsInstallIf = true
            record.problems.append((false, try Self.problem("i", conditions, index, &pass)))
        }
    }

    private func list(
        _ info: ADBSlots, _ field: Int, _ pass: inout ADBPass
    ) throws(FormatError) -> ADBSlots {
        let list = try pass.reader.array(info, field)
        try pass.charge(list.count, for: list)
        return list
    }

    private mutating func requirement(
        _ list: ADBSlots, _ index: Int, _ pass: inout ADBPass, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(FormatError) -> Requirement {
        let value = pass.reader.value(list, index)
        let place = value.number / 4
        if value.isSlots, value.number.isMultiple(of: 4), value.number < list.offset, pass.places[place] != 0 {
            return pass.requirements[Int(pass.places[place]) - 1]
        }
        let found = try pass.reader.uncheckedDependency(list, index)
        let (version, isVersion) = self.version(of: found, &pass, bytes)
        let requirement = Requirement(
            name: NameID(names.intern(pass.inText(found.name), in: bytes)), version: version,
            relation: found.relation,
            isBroken: !isVersion || !ADBReader.isDependencyName(pass.reader.bytes(found.name)))
        pass.requirements.append(requirement)
        pass.places[place] = UInt32(truncatingIfNeeded: pass.requirements.count)
        return requirement
    }

    /// The version of a dependency, and whether it is one. A package's names have the package's version, one after
    /// another, so the last one is kept.
    private mutating func version(
        of dependency: ADBDependency, _ pass: inout ADBPass, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> (VersionID, isValid: Bool) {
        guard !dependency.version.isEmpty else { return (.none, true) }
        let isDigest = dependency.relation.isSuperset(of: .identity) && !dependency.relation.contains(.equal)
        if !isDigest, dependency.version == pass.lastVersion.range {
            return (pass.lastVersion.version, pass.lastVersion.isValid)
        }
        let version = VersionID(versions.intern(pass.inText(dependency.version), in: bytes))
        let isValid = pass.reader.isVersion(of: dependency)
        if !isDigest { pass.lastVersion = (dependency.version, version, isValid) }
        return (version, isValid)
    }

    private static func problem(
        _ field: String, _ list: ADBSlots, _ index: Int, _ pass: inout ADBPass
    ) throws(FormatError) -> FormatError {
        // A problem is much larger than the four bytes that can repeat it.
        try pass.charge(32, for: list)
        let found = try pass.reader.dependency(list, index)
        return FormatError(
            .invalidVersion, field: field, text: pass.reader.value(of: found).description,
            expected: "a dependency with a valid version", offset: list.offset)
    }
}
