import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// What a v3 package may hold comes out as the entries of a v2 package would.
@Suite struct ADBContentTests {
    static func entries(_ builder: ADBPackageBuilder) throws -> [(entry: ArchiveEntry, content: [UInt8])] {
        let verifier = PackageVerifier(keys: KeyRing(keys: [(TestKey.curve.name, TestKey.curve.publicPEM)]))
        var contents = try verifier.verify(MemoryFile(builder.bytes(keys: [.curve]))).open()
        var found: [(entry: ArchiveEntry, content: [UInt8])] = []
        while let entry = try contents.next() {
            var content: [UInt8] = []
            while let chunk = try contents.nextChunk() { content += chunk }
            found.append((entry, content))
        }
        _ = try contents.finish()
        return found
    }

    @Test func modesOwnersAndAttributesAreKept() throws {
        var builder = ADBPackageBuilder()
        var node = ADBPackageBuilder.Node("su", .file([1, 2, 3]), mode: 0o4755)
        node.user = "games"
        node.group = "wheel"
        node.attributes = [("security.capability", [1, 0, 2]), ("user.b", [])]
        builder.nodes = [node]
        let entry = try #require(try Self.entries(builder).last?.entry)
        #expect(entry.mode == 0o4755)
        #expect(entry.userName == Array("games".utf8))
        #expect(entry.groupName == Array("wheel".utf8))
        // Whoever does not know the name has nobody's.
        #expect(entry.userID == 65534)
        #expect(
            entry.extendedAttributes == [
                .init(name: Array("security.capability".utf8), value: [1, 0, 2]),
                .init(name: Array("user.b".utf8), value: []),
            ])
    }

    @Test func tagsReplacesAndPrioritiesAreKept() throws {
        var package = RawPackage()
        let name = package.adb.text("foo")
        let version = package.adb.text("1.0-r0")
        let replaces = ADBIndexWriter.dependencies(Array("old<2 other".utf8), &package.adb)
        let tags = [package.adb.text("a=b"), package.adb.text("c")]
        let list = package.adb.array(tags)
        package.info = package.adb.object(
            [name, version] + [UInt32](repeating: 0, count: 14) + [replaces, 0, 0, 0, list])
        let verified = try ADBRefusalTests.verifier.verify(MemoryFile(package.stream().bytes()))
        #expect(verified.tags == ["a=b", "c"])
        #expect(verified.replaces.map(\.description) == ["old<2", "other"])
    }

    @Test func devicesAndPipesAreKept() throws {
        var builder = ADBPackageBuilder()
        builder.nodes = [
            .init("a", .device(0x6000, 0x0801)), .init("b", .device(0x2000, 0x1234_5006_7012)),
            .init("c", .device(0x1000, 0)),
        ]
        let entries = try Self.entries(builder).dropFirst().map(\.entry)
        #expect(entries.map(\.kind) == [.blockDevice, .characterDevice, .fifo])
        #expect((entries[0].deviceMajor, entries[0].deviceMinor) == (8, 1))
        // Linux spreads long numbers over the word: major 0x1234000 | 0x070, minor 0x5006700 | 0x12.
        #expect(entries[1].deviceMajor == 0x1234_5006_7012 >> 8 & 0xfff | 0x1234_5006_7012 >> 32 & 0xffff_f000)
    }

    /// Packages of newer tools leave out directories that are as everybody has them.
    @Test func directoriesThatAreNotListedAreMade() throws {
        var builder = ADBPackageBuilder()
        builder.nodes = [
            .init("usr/lib/x/y", .file([1])), .init("usr/share", .directory, mode: 0o711), .init("usr/z", .file([2])),
        ]
        let entries = try Self.entries(builder)
        #expect(
            entries.map { String(decoding: $0.entry.path, as: UTF8.self) } == [
                "usr", "usr/z", "usr/lib", "usr/lib/x", "usr/lib/x/y", "usr/share",
            ])
        let modes = entries.filter { $0.entry.kind == .directory }.map(\.entry.mode)
        #expect(modes == [0o755, 0o755, 0o755, 0o711])
        #expect(entries.map(\.content) == [[], [2], [], [], [1], []])
    }

    @Test func contentsComeInPiecesAndWhole() throws {
        var random = SplitMix64(seed: 3)
        let large = random.bytes(700_001)
        var builder = ADBPackageBuilder()
        builder.nodes = (0..<300).map { .init("f\(1000 + $0)", .file(random.bytes($0 % 17))) }
        builder.nodes.append(.init("g", .file(large)))
        let entries = try Self.entries(builder)
        #expect(entries.count == 302)
        #expect(entries.last?.content == large)
        for (node, found) in zip(builder.nodes, entries.dropFirst()) {
            guard case .file(let content) = node.kind else { continue }
            #expect(found.content == content)
        }
    }

    /// Extended headers are for contents of a gigabyte, and right for smaller ones.
    @Test func extendedBlocksAreRead() throws {
        var package = RawPackage()
        package.blocks = [.init(2, [1, 0, 0, 0, 1, 0, 0, 0] + RawPackage.content, isExtended: true)]
        #expect(try ADBRefusalTests.read(package.stream().bytes()).contentSize == 2)
    }
}
