import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// The package that `adb-format.md` §7 takes apart byte by byte, written here in the same order of values.
@Suite struct WorkedExampleTests {
    /// The values that the document gives, at the offsets where it gives them.
    static func payload() -> [UInt8] {
        var adb = ADBWriter()
        _ = adb.text("foo")
        _ = adb.text("1.0-r0")
        _ = adb.text("x86_64")
        let name = (a: adb.text("b"), version: adb.text("1"))
        let b = adb.object([name.a, name.version, adb.number(5)])
        let a = adb.object([adb.text("a")])
        let c = adb.object([adb.text("c"), ADBWriter.null, adb.number(0x17)])
        let list = adb.array([a, b, c])
        let info = adb.object(
            [adb.text("foo"), adb.text("1.0-r0")] + [UInt32](repeating: 0, count: 2) + [adb.text("x86_64")]
                + [UInt32](repeating: 0, count: 9) + [list])
        return adb.payload(object: [info])
    }

    @Test func valuesStandWhereTheDocumentHasThem() throws {
        let payload = Self.payload()
        let document: [(Int, [UInt8])] = [
            (0x08, [3] + Array("foo".utf8)), (0x0c, [6] + Array("1.0-r0".utf8)), (0x13, [6] + Array("x86_64".utf8)),
            (0x1a, [1, 0x62, 1, 0x31, 0, 0]),
            (0x20, [4, 0, 0, 0, 0x1a, 0, 0, 0x80, 0x1c, 0, 0, 0x80, 5, 0, 0, 0x10]),
            (0x30, [1, 0x61, 0, 0, 2, 0, 0, 0, 0x30, 0, 0, 0x80]),
            (0x3c, [1, 0x63, 0, 0, 4, 0, 0, 0, 0x3c, 0, 0, 0x80, 0, 0, 0, 0, 0x17, 0, 0, 0x10]),
            (0x50, [4, 0, 0, 0, 0x34, 0, 0, 0xe0, 0x20, 0, 0, 0xe0, 0x40, 0, 0, 0xe0]),
        ]
        for (offset, bytes) in document {
            #expect(Array(payload[offset..<offset + bytes.count]) == bytes, "at \(offset)")
        }
        let package = try ADBPackage(payload)
        #expect(package.info.description == "foo-1.0-r0")
        #expect(package.info.dependencies.map(\.description) == ["a", "b>=1", "!c"])
    }

    /// The other values of the document: access, time, link, script, priority.
    @Test func pathsScriptsAndPriorityAreRead() throws {
        var builder = ADBPackageBuilder()
        builder.dependencies = "a b>=1 !c"
        builder.provides = "so:z=1"
        builder.scripts = [3: "#!/bin/sh\ntrue\n"]
        builder.triggers = ["/usr/*"]
        builder.replacesPriority = 3
        var x = ADBPackageBuilder.Node("usr/bin/x", .file(Array("hi\n".utf8)))
        x.attributes = [("user.q", Array("zz".utf8))]
        builder.nodes = [
            .init("etc", .directory), .init("etc/empty", .directory), .init("usr", .directory),
            .init("usr/bin", .directory), .init("etc/zero", .file([])), x,
            .init("usr/bin/l", .symbolicLink("x")), .init("usr/bin/y", .hardLink("usr/bin/x", Array("hi\n".utf8))),
        ]
        let bytes = builder.bytes(keys: [.curve], compression: .none)
        let verifier = PackageVerifier(keys: KeyRing(keys: [(TestKey.curve.name, TestKey.curve.publicPEM)]))
        let package = try verifier.verify(MemoryFile(bytes))
        #expect(package.replacesPriority == 3)
        #expect(package.triggers == ["/usr/*"])
        #expect(package.scripts == [PackageScript(kind: .postInstall, content: Array("#!/bin/sh\ntrue\n".utf8))])
        #expect(package.identity.bytes == TestHash.sha256(builder.build().payload))
        var contents = try package.open()
        var entries: [(ArchiveEntry, [UInt8]?)] = []
        while let entry = try contents.next() {
            while try contents.nextChunk() != nil {}
            entries.append((entry, contents.checksum))
        }
        _ = try contents.finish()
        #expect(
            entries.map { String(decoding: $0.0.path, as: UTF8.self) } == [
                "etc", "etc/zero", "etc/empty", "usr", "usr/bin", "usr/bin/l", "usr/bin/x", "usr/bin/y",
            ])
        #expect(
            entries.map(\.0.kind) == [
                .directory, .regular, .directory, .directory, .directory, .symbolicLink, .regular,
                .hardLink,
            ])
        #expect(entries[1].1 == TestHash.sha256([]))
        #expect(entries[5].0.linkTarget == Array("x".utf8))
        #expect(entries[5].1 == TestHash.sha256(Array("x".utf8)))
        #expect(entries[6].0.extendedAttributes == [.init(name: Array("user.q".utf8), value: Array("zz".utf8))])
        #expect(entries[6].0.modificationTime == 1_700_000_000)
        #expect(entries[7].0.linkTarget == Array("usr/bin/x".utf8))
        #expect(entries[7].0.checksum == TestHash.sha256(Array("hi\n".utf8)))
    }
}
