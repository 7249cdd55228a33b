import ApkFormats
import ApkSolver
import ApkTestSupport
import Testing

/// An index of apk v2 and one of v3 that says the same give the same universe and the same answers.
@Suite struct ADBTwins {
    static let seeds = SolverProperties.seeds.prefix(250)

    /// A universe with both an index and nothing else in it.
    static func universe(_ text: String, asADB: Bool) throws -> Universe {
        var builder = UniverseBuilder(architectures: ["x86_64"])
        let (repository, _) = try builder.addRepository(RepositorySource(location: "test"), tag: nil)
        let start = builder.text.count
        if asADB {
            builder.text += ADBIndexWriter.payload(of: text)
            try builder.readADB(start..<builder.text.count, from: .repository(repository))
        } else {
            builder.text += Array(text.utf8)
            try builder.read(start..<builder.text.count, from: .repository(repository))
        }
        return builder.finish()
    }

    /// The records of a random universe, with the fields that do not matter to a solver.
    static func text(_ random: RandomUniverse, seed: UInt64) -> String {
        var generator = SplitMix(seed: seed ^ 0x5eed)
        return random.text().split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard line.hasPrefix("P:") else { return String(line) }
            var lines = [
                String(line), "T:a package \(generator.below(5))", "U:https://example.org/\(generator.below(3))",
            ]
            if generator.chance(2) { lines.append("L:MIT") }
            if generator.chance(2) { lines.append("o:origin\(generator.below(2))") }
            if generator.chance(2) { lines.append("m:Ä B <a@example.org>") }
            if generator.chance(2) { lines.append("t:\(generator.below(4_000_000_000))") }
            if generator.chance(2) { lines.append("c:00112233445566778899aabbccddeeff00112233") }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    @Test func twinsGiveTheSameUniverse() throws {
        for seed in Self.seeds {
            let text = Self.text(RandomUniverse(seed: seed), seed: seed)
            let first = try Self.universe(text, asADB: false)
            let second = try Self.universe(text, asADB: true)
            Self.expectSame(first, second, "seed \(seed)")
        }
    }

    @Test(arguments: SolverPolicy.allCases)
    func twinsGiveTheSameAnswers(_ policy: SolverPolicy) throws {
        for seed in Self.seeds {
            let random = RandomUniverse(seed: seed)
            let text = Self.text(random, seed: seed)
            let first = try Solver.solve(
                random.problem(try Self.universe(text, asADB: false)), policy: policy)
            let second = try Solver.solve(random.problem(try Self.universe(text, asADB: true)), policy: policy)
            #expect(first.isSolved == second.isSolved, "seed \(seed)")
            #expect(first.changes.steps == second.changes.steps, "seed \(seed)")
        }
    }

    /// Compares everything that can be asked of two universes.
    static func expectSame(_ first: Universe, _ second: Universe, _ comment: Comment) {
        #expect(first.packageCount == second.packageCount, comment)
        #expect(first.nameCount == second.nameCount, comment)
        #expect(first.providers == second.providers, comment)
        #expect(first.dependencies == second.dependencies, comment)
        #expect(first.providedNames == second.providedNames, comment)
        #expect(first.installIf == second.installIf, comment)
        #expect(first.problems.count == second.problems.count, comment)
        for index in 0..<min(first.nameCount, second.nameCount) {
            #expect(first.text(NameID(index)) == second.text(NameID(index)), comment)
            #expect(first.nameOrder(NameID(index)) == second.nameOrder(NameID(index)), comment)
        }
        for index in 0..<min(first.packageCount, second.packageCount) {
            let package = PackageID(index)
            #expect(first.label(of: package) == second.label(of: package), comment)
            #expect(first.packages[index].identity == second.packages[index].identity, comment)
            #expect(first.traits(of: package) == second.traits(of: package).subtracting(.adbRecord), comment)
            #expect(first.packages[index].providerPriority == second.packages[index].providerPriority, comment)
            for letter in "CPVASITULomtcDpi".unicodeScalars {
                #expect(first.field(letter, of: package) == second.field(letter, of: package), comment)
            }
            let records = (first.record(of: package), second.record(of: package))
            #expect(IndexWriter.record(records.0) == IndexWriter.record(records.1), comment)
        }
    }

    // MARK: What an index of v3 may hold besides

    @Test func whatHasNoUsableDigestIsLeftOut() throws {
        var adb = ADBWriter()
        let hashes = [0, 19, 21, 32].map { adb.blob([UInt8](repeating: 7, count: $0)) }
        let infos = hashes.map { hash in
            let name = adb.text("a")
            let version = adb.text("1")
            return adb.object([name, version, hash])
        }
        let list = adb.array(infos)
        let universe = try Self.universe(payload: adb.payload(object: [ADBWriter.null, list]))
        #expect(universe.packageCount == 1)
        #expect(universe.problems.map(\.error.code) == [.invalidChecksum, .invalidChecksum, .invalidChecksum])
    }

    /// Two thousand packages that share one list of two thousand dependencies: 10 KB that would become 100 MB.
    @Test func listsAreNotSharedWithoutEnd() throws {
        var adb = ADBWriter()
        let name = adb.text("a")
        let version = adb.text("1")
        let one = adb.object([name])
        let list = adb.array([UInt32](repeating: one, count: 4000))
        let hash = adb.blob([UInt8](repeating: 7, count: 20))
        let info = adb.object([name, version, hash] + [UInt32](repeating: 0, count: 11) + [list])
        let packages = adb.array([UInt32](repeating: info, count: 4000))
        let payload = adb.payload(object: [ADBWriter.null, packages])
        #expect { try Self.universe(payload: payload) } throws: { ($0 as? FormatError)?.code == .tooLarge }
    }

    /// A number whose value is where a known dependency stands is none.
    @Test func aNumberIsNoDependency() throws {
        var adb = ADBWriter()
        let name = adb.text("a")
        let version = adb.text("1")
        let one = adb.object([name])
        let list = adb.array([one, ADBWriter.value(1, Int(one & 0xfff_ffff))])
        let hash = adb.blob([UInt8](repeating: 7, count: 20))
        let info = adb.object([name, version, hash] + [UInt32](repeating: 0, count: 11) + [list])
        let packages = adb.array([info])
        let payload = adb.payload(object: [ADBWriter.null, packages])
        #expect { try Self.universe(payload: payload) } throws: { ($0 as? FormatError)?.code == .wrongKind }
    }

    /// What a list refers to ends before it, also where a list further behind referred to the same before.
    @Test func aKnownDependencyBehindAListIsRefused() throws {
        var adb = ADBWriter()
        adb.isSharing = false
        let name = adb.text("a")
        let version = adb.text("1")
        let hashes = [1, 2].map { adb.blob([UInt8](repeating: $0, count: 20)) }
        // A list of two words, and the object of two words that it refers to right behind it.
        while adb.bytes.count % 4 != 0 { _ = adb.store(8, alignment: 1, [0]) }
        let early = adb.array([ADBWriter.value(14, adb.bytes.count + 8)])
        let one = adb.object([name])
        #expect(Int(one & 0xfff_ffff) == Int(early & 0xfff_ffff) + 8)
        let late = adb.array([one])
        for lists in [[late, late], [late, early]] {
            var adb = adb
            let infos = zip(hashes, lists).map { hash, list in
                adb.object([name, version, hash] + [UInt32](repeating: 0, count: 11) + [list])
            }
            let packages = adb.array(infos)
            let payload = adb.payload(object: [ADBWriter.null, packages])
            guard lists == [late, early] else {
                #expect(try Self.universe(payload: payload).dependencies.count == 2)
                continue
            }
            #expect { try Self.universe(payload: payload) } throws: {
                ($0 as? FormatError)?.code == .misplacedValue
            }
        }
    }

    /// Whatever was changed in an index: a universe has the dependencies that the package's own view has.
    @Test func changedIndexesAreReadAsTheirViewsAre() throws {
        var accepted = 0
        for seed in Self.seeds {
            var random = SplitMix(seed: seed)
            let payload = ADBIndexWriter.payload(of: Self.text(RandomUniverse(seed: seed), seed: seed))
            for _ in 0..<20 {
                var changed = payload
                for _ in 0..<1 + random.below(2) {
                    let place = random.below(payload.count / 4) * 4
                    let other = random.below(payload.count / 4) * 4
                    switch random.below(3) {
                    case 0: changed[place + random.below(4)] = UInt8(random.below(256))
                    case 1: changed[place] = changed[place] &+ UInt8(random.below(9) * 4) &- 16
                    default: changed.replaceSubrange(place..<place + 4, with: changed[other..<other + 4])
                    }
                }
                guard let universe = try? Self.universe(payload: changed) else { continue }
                accepted += 1
                for index in 0..<universe.packageCount {
                    let package = PackageID(index)
                    let words = universe.dependencyRange(package).map { place -> Dependency in
                        let found = universe.dependencies[place]
                        let isAny = found.relation.isAny
                        return Dependency(
                            name: universe.text(found.name),
                            relation: isAny ? found.relation.subtracting(.fuzzy) : found.relation,
                            version: isAny ? "" : universe.text(found.version))
                    }
                    let text = words.filter(\.isOneWord).map(\.description).joined(separator: " ")
                    #expect(universe.field("D", of: package) == text, "seed \(seed)")
                    #expect(universe.field("P", of: package) == universe.name(of: package), "seed \(seed)")
                    #expect(universe.field("V", of: package) == universe.version(of: package), "seed \(seed)")
                }
            }
        }
        #expect(accepted > Self.seeds.count)
    }

    /// Text that would be another field of a record stays text.
    @Test func lineFeedsDoNotMakeFields() throws {
        var adb = ADBWriter()
        let name = adb.text("a")
        let version = adb.text("1")
        let hash = adb.blob([UInt8](repeating: 7, count: 32))
        let summary = adb.text("one\nD:evil")
        let info = adb.object([name, version, hash, summary])
        let packages = adb.array([info])
        let universe = try Self.universe(payload: adb.payload(object: [ADBWriter.null, packages]))
        #expect(universe.record(of: PackageID(0)).dependencies.isEmpty)
        #expect(universe.field("T", of: PackageID(0)) == "one D:evil")
        #expect(universe.checksum(of: PackageID(0))?.byteCount == 32)
    }

    static func universe(payload: [UInt8]) throws -> Universe {
        var builder = UniverseBuilder(architectures: ["x86_64"])
        let (repository, _) = try builder.addRepository(RepositorySource(location: "test"), tag: nil)
        let start = builder.text.count
        builder.text += payload
        try builder.readADB(start..<builder.text.count, from: .repository(repository))
        return builder.finish()
    }
}
