/// Builds `APKINDEX.tar.gz` files.
///
///     let bytes = IndexBuilder("C:Q1…\nP:a\nV:1\n\n", signatures: [.by(.first, .sha1)]).bytes()
public struct IndexBuilder: Sendable {
    /// The text of `APKINDEX`.
    public var text: String
    /// The content of `DESCRIPTION`; nil for no such entry.
    public var description: String? = "v3.19.1-0-g0000000000"
    public var descriptionLast = false
    public var signatures: [SignatureBuilder.Part]
    public var gzip = GzipBuilder.abuild
    /// For the signature member; nil for the same as ``gzip``.
    public var signatureGzip: GzipBuilder?
    public var format = TarBuilder.Format.gnu

    public init(_ text: String, signatures: [SignatureBuilder.Part]) {
        self.text = text
        self.signatures = signatures
    }

    /// The tar stream of the index member.
    public func tar() -> [UInt8] {
        var tar = TarBuilder(format)
        if let description, !descriptionLast { tar.file("DESCRIPTION", description) }
        tar.file("APKINDEX", text)
        if let description, descriptionLast { tar.file("DESCRIPTION", description) }
        tar.end()
        return tar.bytes
    }

    /// The whole file.
    public func bytes() -> [UInt8] { sign(gzip.member(tar())) }

    /// A signature member for any bytes, and those bytes.
    public func sign(_ member: [UInt8]) -> [UInt8] {
        SignatureBuilder(signatures, gzip: signatureGzip ?? gzip, format: format).member(signing: member) + member
    }
}
