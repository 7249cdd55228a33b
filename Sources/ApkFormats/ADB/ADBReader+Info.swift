extension ADBReader {
    /// Checks all fields of a package's `pkginfo` that are not looked at until somebody asks, so that asking cannot
    /// fail: strings and numbers. Lists are not among them.
    @inline(__always)
    func checkTexts(ofInfo info: ADBSlots) throws(FormatError) {
        typealias Info = ADBSchema.Info
        // One by one: a list of them would be made for every package.
        try checkBlob(info, Info.summary)
        try checkBlob(info, Info.license)
        try checkBlob(info, Info.origin)
        try checkBlob(info, Info.maintainer)
        try checkBlob(info, Info.url)
        try checkBlob(info, Info.commit)
        _ = try integer(info, Info.buildTime)
        _ = try integer(info, Info.layer)
    }

    /// Where a package's name or version stands.
    @inline(__always)
    func text(ofInfo info: ADBSlots, _ field: Int, _ fieldName: String) throws(FormatError) -> Range<Int> {
        let range = try blob(info, field)
        guard !range.isEmpty else {
            throw FormatError(
                .missingField, field: fieldName, expected: "a package with name and version", offset: info.offset)
        }
        return range
    }

    /// The same, where it must be able to stand in apk's texts and in a file's name.
    func label(ofInfo info: ADBSlots, _ field: Int, _ fieldName: String) throws(FormatError) {
        let range = try text(ofInfo: info, field, fieldName)
        guard PathComponent.isValid(bytes(range)) else {
            throw FormatError(
                .invalidName, field: fieldName, text: FieldReader.excerpt(bytes(range), 0..<range.count),
                expected: "1 to 255 bytes that can stand in a file name", offset: info.offset)
        }
    }

    /// The digest by which packages are told apart; nil where there is none, or none of 20 or 32 bytes.
    func identity(ofInfo info: ADBSlots) throws(FormatError) -> Checksum.Identity? {
        Checksum.Identity(raw: bytes(try blob(info, ADBSchema.Info.hashes)))
    }
}
