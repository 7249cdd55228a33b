/// Where the three gzip members of a v2 package stand in its file, in bytes.
public struct PackageSegments: Hashable, Sendable {
    /// Empty for a package without signatures.
    public let signature: Range<Int>
    public let control: Range<Int>
    /// To the end of the file: nothing may follow.
    public let data: Range<Int>
}
