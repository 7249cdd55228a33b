import ApkTestSupport

/// A small v3 package whose values a test makes right or wrong: one directory, the root, with one file.
struct RawPackage {
    var adb = ADBWriter()
    /// The slots of the file; nil for a good file `x` with the content `hi`.
    var name: UInt32?
    var access: UInt32?
    var size: UInt32?
    var time: UInt32?
    var hash: UInt32?
    var target: UInt32?
    var directoryName = ADBWriter.null
    /// More files behind the first, and directories behind the root.
    var moreFiles: [UInt32] = []
    var moreDirectories: [UInt32] = []
    var info: UInt32?
    var blocks: [ADBStreamBuilder.Block]?

    static let content = Array("hi".utf8)

    /// A good access value.
    mutating func goodAccess(mode: Int = 0o755) -> UInt32 {
        let root = adb.text("root")
        return adb.object([adb.number(mode), root, root])
    }

    /// A file with some slots of its own.
    mutating func file(
        _ name: UInt32, size: UInt32? = nil, hash: UInt32? = nil, target: UInt32 = ADBWriter.null
    ) -> UInt32 {
        let access = goodAccess()
        let slots = [
            name, access, size ?? adb.number(0), adb.number(1), hash ?? adb.blob(TestHash.sha256([])), target,
        ]
        return adb.object(slots)
    }

    mutating func directory(_ name: String, files: [UInt32] = []) -> UInt32 {
        let slots = [adb.text(name), goodAccess(), adb.array(files)]
        return adb.object(slots)
    }

    mutating func goodInfo() -> UInt32 {
        let slots = [adb.text("foo"), adb.text("1.0-r0"), adb.blob([UInt8](repeating: 1, count: 20))]
        return adb.object(slots + [ADBWriter.null, adb.text("x86_64")])
    }

    mutating func payload() -> [UInt8] {
        let file = [
            name ?? adb.text("x"), access ?? goodAccess(), size ?? adb.number(Self.content.count),
            time ?? adb.number(1_700_000_000), hash ?? adb.blob(TestHash.sha256(Self.content)),
            target ?? ADBWriter.null,
        ]
        let files = adb.array([adb.object(file)] + moreFiles)
        let root = adb.object([directoryName, goodAccess(), files])
        let paths = adb.array([root] + moreDirectories)
        let info = self.info ?? goodInfo()
        return adb.payload(object: [info, paths])
    }

    mutating func stream() -> ADBStreamBuilder {
        var stream = ADBStreamBuilder(.package, payload())
        stream.keys = [.curve]
        stream.blocks = blocks ?? [.data(1, 1, Self.content)]
        stream.compression = .none
        return stream
    }
}
