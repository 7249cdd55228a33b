internal import ApkFormats

extension Universe {
    /// A package's record where it is an object of an index of apk v3; nil where it is text.
    func info(of package: PackageID) -> ADBPackageInfo? {
        let row = packages[package.index]
        guard row.traits.contains(.adbRecord) else { return nil }
        return ADBPackageInfo(checked: records.array, payloadStart: Int(row.recordStart), offset: Int(row.recordLength))
    }
}
