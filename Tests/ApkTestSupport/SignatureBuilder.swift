/// Builds the signature member that stands in front of an index or a package.
public struct SignatureBuilder: Sendable {
    /// One signature: entry name and bytes, as given or computed.
    public enum Part: Sendable {
        /// A good signature by a key under the label of its hash.
        case by(TestKey, TestKey.Hash)
        /// A signature over one hash under any label and key name.
        case labelled(String, TestKey, TestKey.Hash, keyName: String)
        /// An entry of any name and content.
        case raw(name: String, [UInt8])
    }

    public var parts: [Part]
    public var gzip: GzipBuilder
    public var format: TarBuilder.Format

    public init(_ parts: [Part], gzip: GzipBuilder = .abuild, format: TarBuilder.Format = .gnu) {
        self.parts = parts
        self.gzip = gzip
        self.format = format
    }

    /// The member that signs these raw bytes; nothing at all where there are no parts.
    public func member(signing bytes: [UInt8]) -> [UInt8] {
        guard !parts.isEmpty else { return [] }
        var tar = TarBuilder(format)
        tar.modificationTime = 1_700_000_000
        for part in parts {
            switch part {
            case .by(let key, let hash): tar.file(".SIGN.\(hash.label).\(key.name)", key.sign(bytes, hash))
            case .labelled(let label, let key, let hash, let name):
                tar.file(".SIGN.\(label).\(name)", key.sign(bytes, hash))
            case .raw(let name, let content): tar.file(name, content)
            }
        }
        return gzip.member(tar.bytes)
    }
}

extension TestKey.Hash {
    /// The label that apk gives to signatures over this hash.
    public var label: String {
        switch self {
        case .sha1: "RSA"
        case .sha256: "RSA256"
        case .sha512: "RSA512"
        }
    }
}
