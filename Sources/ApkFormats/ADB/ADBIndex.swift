/// An index of apk v3 (`APKINDEX.adb`, `Packages.adb`): a view of an ADB payload with the schema `indx`.
///
/// ```swift
/// let index = try ADBIndex(payload)
/// for number in index.indices { print(try index.package(number)) }
/// ```
public struct ADBIndex: Sendable {
    private let payload: [UInt8]
    private let packages: ADBSlots
    /// What the repository says of itself; empty where there is nothing.
    public let description: String
    /// The pattern of the packages' URLs; nil for the usual names.
    public let packageNameSpec: String?

    /// Reads the head of an index; packages are read when they are asked for.
    ///
    /// - Throws: ``FormatError`` where the payload is no index.
    public init(_ payload: [UInt8]) throws(FormatError) {
        let head = try payload.withRawBytes { (bytes) throws(FormatError) in
            let reader = try ADBReader(bytes)
            let root = try reader.root()
            return (
                packages: try reader.array(root, ADBSchema.Index.packages),
                description: reader.text(try reader.blob(root, ADBSchema.Index.description)),
                spec: reader.text(try reader.blob(root, ADBSchema.Index.packageNameSpec))
            )
        }
        self.payload = payload
        packages = head.packages
        description = head.description
        packageNameSpec = head.spec.isEmpty ? nil : head.spec
    }

    /// The numbers of the packages.
    public var indices: Range<Int> { 0..<packages.count }

    /// A package, checked.
    ///
    /// - Throws: ``FormatError`` where the object is no package.
    public func package(_ number: Int) throws(FormatError) -> ADBPackageInfo {
        precondition(indices.contains(number))
        let info = try payload.withRawBytes { (bytes) throws(FormatError) in
            try ADBReader(bytes).object(packages, number + 1)
        }
        return try ADBPackageInfo(storage: payload, payloadStart: 0, info: info)
    }
}
