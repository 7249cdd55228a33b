internal import ApkFormats

/// The control segment of a v2 package, taken apart.
struct Version2Control: Sendable {
    let info: PackageInfo
    /// 32 bytes of SHA-256.
    let dataHash: [UInt8]
    let scripts: [PackageScript]
    let segments: PackageSegments
    /// The raw bytes in front of the data segment.
    let head: [UInt8]

    /// Keys that count once; readers differ in which of two lines they take.
    private static let singleKeys = [
        "pkgname", "pkgver", "arch", "size", "builddate", "origin", "provider_priority", "replaces_priority",
    ]

    init(_ members: Version2Members, fileSize: Int, limits: ArchiveLimits) throws(ArchiveError) {
        scripts = members.scripts
        head = members.raw
        let control = members.control
        guard control.upperBound < fileSize else {
            throw ArchiveError(
                .missingData, offset: control.upperBound, expected: "a data segment", found: "the end of the file")
        }
        segments = PackageSegments(
            signature: 0..<control.lowerBound, control: control, data: control.upperBound..<fileSize)
        try Version2Control.checkLines(of: members.packageInfo, limits)
        do throws(FormatError) {
            info = try PackageInfo(parsing: members.packageInfo)
            for key in Version2Control.singleKeys where info.values(of: key).count > 1 {
                throw FormatError(
                    .invalidValue, line: info.fields.last { $0.key == key }?.line, field: key, text: "",
                    expected: "one line \(key) = …")
            }
        } catch {
            throw ArchiveError(
                .badPackageInfo, offset: control.lowerBound, name: Array((error.field ?? ".PKGINFO").utf8),
                format: error)
        }
        dataHash = try Version2Control.dataHash(of: info, offset: control.lowerBound)
        try Version2Control.checkCount(of: info, limits)
    }

    private static func dataHash(of info: PackageInfo, offset: Int) throws(ArchiveError) -> [UInt8] {
        let values = info.values(of: "datahash")
        guard values.count == 1, values[0].utf8.count == 64, let hash = Hexadecimal.bytes(values[0].utf8) else {
            throw ArchiveError(
                .badDataHash, offset: offset, name: Array("datahash".utf8),
                expected: "one line datahash = and 64 lower-case hexadecimal digits",
                found: values.map { String($0.prefix(100)) }.joined(separator: ", "))
        }
        return hash
    }

    private static func checkLines(of text: [UInt8], _ limits: ArchiveLimits) throws(ArchiveError) {
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: 0x0a) ?? text.count
            guard end - start <= limits.lineLength else {
                throw ArchiveError(
                    .limitExceeded, name: Array(".PKGINFO".utf8),
                    expected: "lines of at most \(limits.lineLength) bytes",
                    option: "lineLength")
            }
            start = end + 1
        }
    }

    /// Before anything is made of them: a line may hold many items.
    private static func checkCount(of info: PackageInfo, _ limits: ArchiveLimits) throws(ArchiveError) {
        var count = 0
        for field in info.fields where ["depend", "provides", "install_if", "replaces", "triggers"].contains(field.key)
        {
            count += 1 + field.value.utf8.count { $0 == UInt8(ascii: " ") }
        }
        guard count <= limits.dependencies else {
            throw ArchiveError(
                .limitExceeded, name: Array(".PKGINFO".utf8),
                expected: "at most \(limits.dependencies) dependencies, provides and their like",
                option: "dependencies")
        }
    }
}
