/// A directory of this machine that goes into an image as a layer.
public struct AddedDirectory: Hashable, Sendable {
    /// The directory, or a single file.
    public var source: String
    /// Where its contents go, an absolute path; the file itself for a single file.
    public var target: String
    /// The numbers of the user and the group that own everything in it.
    public var user: UInt32
    public var group: UInt32

    public init(source: String, target: String = "/", user: UInt32 = 0, group: UInt32 = 0) {
        self.source = source
        self.target = target
        self.user = user
        self.group = group
    }
}
