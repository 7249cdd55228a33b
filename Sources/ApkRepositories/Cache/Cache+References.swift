internal import ApkArchive
internal import ApkFormats

/// What the cache knows of the index at one URL.
struct CachedIndex: Hashable, Sendable {
    /// The URL without credentials, for people who look into the cache.
    var location: String
    /// The SHA-256 and the size in bytes of the index file.
    var sha256: String
    var size: Int
    /// What its server said, for the next question whether it has changed.
    var entityTag: String?
    var lastModified: String?
    /// When the server was last asked, in seconds since 1970.
    var checked: Int

    var json: JSON {
        .object([
            ("location", .string(location)), ("sha256", .string(sha256)), ("size", .integer(size)),
            ("entityTag", entityTag.map { .string($0) } ?? .null),
            ("lastModified", lastModified.map { .string($0) } ?? .null), ("checked", .integer(checked)),
        ])
    }

    init(location: String, sha256: String, size: Int, entityTag: String?, lastModified: String?, checked: Int) {
        self.location = location
        self.sha256 = sha256
        self.size = size
        self.entityTag = entityTag
        self.lastModified = lastModified
        self.checked = checked
    }

    /// nil for a text that is none, which counts as if it were not there.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let location = json["location"]?.string,
            let sha256 = json["sha256"]?.string, isDigest(sha256), let size = json["size"]?.integer,
            let checked = json["checked"]?.integer
        else { return nil }
        self.init(
            location: location, sha256: sha256, size: size, entityTag: json["entityTag"]?.string,
            lastModified: json["lastModified"]?.string, checked: checked)
    }
}

/// Whether a text is a SHA-256 as file names hold it.
func isDigest(_ text: String) -> Bool { text.utf8.count == 64 && Hexadecimal.bytes(text.utf8) != nil }

extension Cache {
    /// What is known of the index at a URL.
    func index(_ url: String) -> CachedIndex? {
        reference("indexes/\(CacheTransfer.key(url))").flatMap { CachedIndex($0) }
    }

    func setIndex(_ url: String, _ index: CachedIndex) throws(RepositoryError) {
        try setReference("indexes/\(CacheTransfer.key(url))", Array((index.json.line + "\n").utf8))
    }

    func dropIndex(_ url: String) { dropReference("indexes/\(CacheTransfer.key(url))") }

    /// The key that signed an index when it was verified: its file name and its text.
    func signer(ofIndex sha256: String) -> (name: String, pem: [UInt8])? {
        guard isDigest(sha256), let bytes = reference("keys/\(sha256)"), let json = try? JSON(parsing: bytes),
            let name = json["name"]?.string, let pem = json["pem"]?.string
        else { return nil }
        return (name, Array(pem.utf8))
    }

    func setSigner(ofIndex sha256: String, name: String, pem: [UInt8]) throws(RepositoryError) {
        let json = JSON.object([("name", .string(name)), ("pem", .string(String(decoding: pem, as: UTF8.self)))])
        try setReference("keys/\(sha256)", Array((json.line + "\n").utf8))
    }

    /// Opens the package with an identity; nil where it is not there, or was damaged.
    func package(_ identity: Checksum.Identity) -> OpenFile? {
        let name = Self.referenceName(identity)
        guard let bytes = reference(name) else { return nil }
        let digest = String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
        guard isDigest(digest), let file = object(digest) else {
            dropReference(name)
            return nil
        }
        return file
    }

    func setPackage(_ identity: Checksum.Identity, sha256: String) throws(RepositoryError) {
        try setReference(Self.referenceName(identity), Array((sha256 + "\n").utf8))
    }

    static func referenceName(_ identity: Checksum.Identity) -> String {
        "packages/\(Hexadecimal.string(identity.bytes))"
    }
}
