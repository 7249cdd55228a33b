/// What is accepted as proof of where an index or a package comes from.
public struct TrustPolicy: Hashable, Sendable {
    /// Accepts what has no signature, none by a known key, or a bad one (apk's `--allow-untrusted`).
    public var allowUntrusted: Bool
    /// Refuses signatures over SHA-1 (the label `RSA`), which all of Alpine's are.
    public var refuseSHA1: Bool

    public init(allowUntrusted: Bool = false, refuseSHA1: Bool = false) {
        self.allowUntrusted = allowUntrusted
        self.refuseSHA1 = refuseSHA1
    }
}
