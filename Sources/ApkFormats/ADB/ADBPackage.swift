/// The metadata of an apk v3 package: a view of an ADB payload with the schema `pckg`.
///
/// The contents of the files are not in it; they follow as blocks of their own, in the order of ``ADBFileWalk``.
public struct ADBPackage: Sendable {
    /// A script and when it runs.
    public struct Script: Hashable, Sendable {
        /// As a v2 package calls its file, without the dot: `pre-install`, `trigger`.
        public var kind: String
        public var text: [UInt8]
    }

    package let payload: [UInt8]
    package let directories: ADBSlots
    /// What an index says of it too.
    public let info: ADBPackageInfo
    /// The scripts that it has, in the order of the schema.
    public let scripts: [Script]
    /// The globs of directories whose changes run the script `trigger`.
    public let triggers: [String]
    /// How strongly it takes over files of the packages that it replaces.
    public let replacesPriority: Int

    /// The kinds of scripts in the order of their fields.
    private static let scriptKinds = [
        "trigger", "pre-install", "post-install", "pre-deinstall", "post-deinstall", "pre-upgrade", "post-upgrade",
    ]

    /// Reads everything but the paths, which ``ADBFileWalk`` reads one after another.
    ///
    /// - Throws: ``FormatError`` where the payload is no package.
    public init(_ payload: [UInt8]) throws(FormatError) {
        typealias Field = ADBSchema.Package
        let (info, head) = try payload.withRawBytes {
            (bytes) throws(FormatError) -> (ADBSlots, (ADBSlots, [Script], [String], UInt64)) in
            let reader = try ADBReader(bytes)
            let root = try reader.root()
            let info = try reader.object(root, Field.info)
            guard info.count > 0 else {
                throw FormatError(
                    .missingField, field: "info", expected: "a package with name and version", offset: root.offset)
            }
            let scripts = try reader.object(root, Field.scripts)
            let kinds = scripts.indices.prefix(Self.scriptKinds.count)
            var found: [Script] = []
            for kind in kinds {
                let text = try reader.blob(scripts, kind)
                if !text.isEmpty {
                    found.append(Script(kind: Self.scriptKinds[kind - 1], text: Array(reader.bytes(text))))
                }
            }
            let triggers = try reader.array(root, Field.triggers)
            var globs: [String] = []
            for index in triggers.indices { globs.append(try Self.trigger(reader, triggers, index)) }
            let priority = try reader.integer(root, Field.replacesPriority)
            return (info, (try reader.array(root, Field.directories), found, globs, priority))
        }
        self.payload = payload
        (directories, scripts, triggers) = (head.0, head.1, head.2)
        replacesPriority = Int(clamping: head.3)
        self.info = try ADBPackageInfo(storage: payload, payloadStart: 0, info: info)
    }

    /// A glob, which stands between blanks in the texts of an installed database.
    private static func trigger(
        _ reader: ADBReader, _ triggers: ADBSlots, _ index: Int
    ) throws(FormatError) -> String {
        let range = try reader.blob(triggers, index)
        let bytes = reader.bytes(range)
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw FormatError(
                .invalidValue, field: "triggers", text: FieldReader.excerpt(bytes, 0..<bytes.count),
                expected: "a glob without blanks and control characters", offset: triggers.offset)
        }
        return reader.text(range)
    }
}
