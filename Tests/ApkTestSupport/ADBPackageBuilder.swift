/// Builds apk v3 packages as `apk mkpkg` does: paths in order, equal values shared, one block for each content.
public struct ADBPackageBuilder: Sendable {
    public enum Kind: Sendable {
        case directory
        case file([UInt8])
        case symbolicLink(String)
        /// A link to a file of the package, and that file's content.
        case hardLink(String, [UInt8])
        /// `st_mode`'s format bits and a device number.
        case device(UInt16, UInt64)
    }

    public struct Node: Sendable {
        public var path: String
        public var kind: Kind
        public var mode: Int
        public var user = "root"
        public var group = "root"
        public var attributes: [(name: String, value: [UInt8])] = []
        public var modificationTime: UInt64 = 1_700_000_000

        public init(_ path: String, _ kind: Kind, mode: Int? = nil) {
            self.path = path
            self.kind = kind
            if case .directory = kind { self.mode = mode ?? 0o755 } else { self.mode = mode ?? 0o644 }
        }
    }

    public var name = "foo"
    public var version = "1.0-r0"
    public var architecture = "x86_64"
    /// Lists as an index writes them: dependencies between blanks.
    public var dependencies = ""
    public var provides = ""
    public var replaces = ""
    public var installIf = ""
    /// The text of each script by the number of its field.
    public var scripts: [Int: String] = [:]
    public var triggers: [String] = []
    public var replacesPriority = 0
    public var nodes: [Node] = []

    public init() {}

    /// Directories by path, the root first, each with its nodes by name.
    private var directories: [(path: [UInt8], node: Node?, files: [(name: [UInt8], node: Node)])] {
        var nodesByPath: [[UInt8]: Node] = [[]: Node("", .directory)]
        var files: [[UInt8]: [(name: [UInt8], node: Node)]] = [:]
        for node in nodes {
            let path = Array(node.path.utf8)
            if case .directory = node.kind {
                nodesByPath[path] = node
                continue
            }
            let slash = path.lastIndex(of: UInt8(ascii: "/"))
            files[slash.map { Array(path[..<$0]) } ?? [], default: []]
                .append((Array(path[(slash.map { $0 + 1 } ?? 0)...]), node))
        }
        return Set(nodesByPath.keys).union(files.keys).sorted { $0.lexicographicallyPrecedes($1) }.map { path in
            (path, nodesByPath[path], (files[path] ?? []).sorted { $0.name.lexicographicallyPrecedes($1.name) })
        }
    }

    /// The payload, with its unique id as apk computes it, and the blocks of the contents.
    public func build() -> (payload: [UInt8], blocks: [ADBStreamBuilder.Block]) {
        let placeholder = [UInt8](repeating: 0xa5, count: 20)
        let (payload, blocks) = build(identifier: placeholder)
        guard let start = payload.indices.first(where: { payload[$0...].starts(with: placeholder) }) else {
            return (payload, blocks)
        }
        var zeroed = payload
        zeroed.replaceSubrange(start..<start + 20, with: [UInt8](repeating: 0, count: 20))
        zeroed.replaceSubrange(start..<start + 20, with: TestHash.sha256(zeroed).prefix(20))
        return (zeroed, blocks)
    }

    private func build(identifier: [UInt8]) -> ([UInt8], [ADBStreamBuilder.Block]) {
        var adb = ADBWriter()
        var blocks: [ADBStreamBuilder.Block] = []
        var size = 0
        var list: [UInt32] = []
        for (directoryIndex, directory) in directories.enumerated() {
            var entries: [UInt32] = []
            for (fileIndex, file) in directory.files.enumerated() {
                entries.append(Self.file(file.name, file.node, &adb))
                if case .file(let content) = file.node.kind, !content.isEmpty {
                    blocks.append(.data(directoryIndex + 1, fileIndex + 1, content))
                    size += content.count
                }
            }
            let name = adb.blob(directory.path)
            let access = Self.access(directory.node ?? Node("", .directory), &adb)
            list.append(adb.object([name, access, adb.array(entries)]))
        }
        let info = info(identifier, size: size, &adb)
        let paths = adb.array(list)
        let scriptList = adb.object((1...7).map { adb.text(scripts[$0] ?? "") })
        let triggerList = adb.array(triggers.map { adb.text($0) })
        let priority = replacesPriority == 0 ? ADBWriter.null : adb.number(replacesPriority)
        return (adb.payload(object: [info, paths, scriptList, triggerList, priority]), blocks)
    }

    private func info(_ identifier: [UInt8], size: Int, _ adb: inout ADBWriter) -> UInt32 {
        var fields = [adb.text(name), adb.text(version), adb.blob(identifier), ADBWriter.null, adb.text(architecture)]
        while fields.count < 11 { fields.append(ADBWriter.null) }
        fields.append(size == 0 ? ADBWriter.null : adb.number(size))
        fields += [ADBWriter.null, ADBWriter.null]
        for text in [dependencies, provides, replaces, installIf] {
            fields.append(ADBIndexWriter.dependencies(Array(text.utf8), &adb))
        }
        return adb.object(fields)
    }

    private static func access(_ node: Node, _ adb: inout ADBWriter) -> UInt32 {
        let attributes = node.attributes.map { adb.blob(Array($0.name.utf8) + [0] + $0.value) }
        return adb.object([
            adb.number(node.mode), adb.text(node.user), adb.text(node.group), adb.array(attributes),
        ])
    }

    private static func file(_ name: [UInt8], _ node: Node, _ adb: inout ADBWriter) -> UInt32 {
        var size = 0
        var hash: [UInt8] = []
        var target: [UInt8] = []
        switch node.kind {
        case .directory: break
        case .file(let content): (size, hash) = (content.count, TestHash.sha256(content))
        case .symbolicLink(let text): (size, target) = (text.utf8.count, [0x00, 0xa0] + Array(text.utf8))
        case .hardLink(let path, let content):
            (size, hash, target) = (content.count, TestHash.sha256(content), [0x00, 0x80] + Array(path.utf8))
        case .device(let type, let number):
            target = ADBWriter.word16(Int(type)) + (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        let fields = [
            adb.blob(name), access(node, &adb), adb.number(size), adb.number(node.modificationTime), adb.blob(hash),
            adb.blob(target),
        ]
        return adb.object(fields)
    }

    /// The whole package file.
    public func bytes(
        keys: [TestKey] = [], compression: ADBStreamBuilder.Compression = .deflate
    ) -> [UInt8] {
        let (payload, blocks) = build()
        var stream = ADBStreamBuilder(.package, payload)
        stream.keys = keys
        stream.blocks = blocks
        stream.compression = compression
        return stream.bytes()
    }
}
