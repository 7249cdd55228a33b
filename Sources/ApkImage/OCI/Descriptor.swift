internal import ApkFormats

/// Points at a blob: what it is, its name and its size.
public struct Descriptor: Hashable, Sendable {
    public var mediaType: MediaType
    public var digest: BlobDigest
    /// In bytes.
    public var size: Int
    /// Where the image that it points at runs; nil for anything but manifests in an index.
    public var platform: Platform?
    public var annotations: Annotations

    public init(
        mediaType: MediaType, digest: BlobDigest, size: Int, platform: Platform? = nil,
        annotations: Annotations = Annotations()
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.annotations = annotations
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("mediaType", .string(mediaType.rawValue)), ("digest", .string(digest.description)),
            ("size", .integer(size)),
        ]
        if let platform { members.append(("platform", platform.json)) }
        annotations.append(to: &members)
        return .object(members)
    }

    /// Reads a descriptor; nil for what is none, or names its blob by another hash than SHA-256.
    init?(_ json: JSON) {
        guard let mediaType = json["mediaType"]?.string, let size = json["size"]?.integer, size >= 0,
            let digest = json["digest"]?.string.flatMap({ BlobDigest($0) })
        else { return nil }
        self.init(
            mediaType: MediaType(rawValue: mediaType), digest: digest, size: size,
            platform: json["platform"].flatMap { Platform($0) }, annotations: Annotations(json["annotations"]))
    }
}

/// Free texts by key, such as `org.opencontainers.image.source`; written sorted, so that their order means nothing.
public struct Annotations: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    public var values: [String: String]

    public init(_ values: [String: String] = [:]) { self.values = values }

    public init(dictionaryLiteral elements: (String, String)...) {
        values = Dictionary(elements) { _, last in last }
    }

    public subscript(key: String) -> String? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// The name by which tools choose an image of a layout, such as `latest`.
    public static let referenceName = "org.opencontainers.image.ref.name"

    init(_ json: JSON?) {
        let pairs = json?.members?.compactMap { key, value in value.string.map { (key, $0) } } ?? []
        values = Dictionary(pairs) { _, last in last }
    }

    var json: JSON { .object(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }) }

    func append(to members: inout [(String, JSON)]) {
        if !values.isEmpty { members.append(("annotations", json)) }
    }
}
