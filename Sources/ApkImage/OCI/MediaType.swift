/// What a blob is, as descriptors of the OCI image specification (1.1) say it.
public struct MediaType: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let imageIndex = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
    public static let imageManifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
    public static let imageConfiguration = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
    /// A gzip'd tar archive of files that are added, changed and (as whiteouts) removed.
    public static let gzipLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
}
