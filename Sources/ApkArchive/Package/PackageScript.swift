/// A script that a package brings along. Nothing here ever runs one.
public struct PackageScript: Hashable, Sendable {
    /// When apk runs a script. Raw values are the names in its databases, and those of the entries without the dot.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case preInstall = "pre-install"
        case postInstall = "post-install"
        case preDeinstall = "pre-deinstall"
        case postDeinstall = "post-deinstall"
        case preUpgrade = "pre-upgrade"
        case postUpgrade = "post-upgrade"
        case trigger
    }

    public let kind: Kind
    public let content: [UInt8]

    public init(kind: Kind, content: [UInt8]) {
        self.kind = kind
        self.content = content
    }
}
