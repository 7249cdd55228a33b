/// The same facts in the forms of apk v2.
extension ADBPackageInfo {
    /// The package as the lines of an index, with the whole digest (`Q2` for SHA-256).
    ///
    /// - Returns: nil without a digest, as every record of an index has one.
    public var indexRecord: IndexRecord? {
        guard let checksum else { return nil }
        var text: [UInt8] = []
        text.append(field: "C") { checksum.write(to: &$0) }
        text.append(line: "P", name)
        text.append(line: "V", version)
        if let architecture { text.append(line: "A", architecture) }
        text.append(field: "S") { $0.append(decimal: fileSize) }
        text.append(field: "I") { $0.append(decimal: installedSize) }
        text.append(line: "T", summary)
        text.append(line: "U", url)
        text.append(line: "L", license)
        if let origin { text.append(line: "o", origin) }
        if let maintainer { text.append(line: "m", maintainer) }
        if buildTime != 0 { text.append(field: "t") { $0.append(decimal: buildTime) } }
        if let commit { text.append(line: "c", commit) }
        if providerPriority != 0 { text.append(field: "k") { $0.append(decimal: providerPriority) } }
        text.append(field: "D", dependencies)
        text.append(field: "p", provides)
        text.append(field: "i", installIf)
        return IndexRecord(text: text, range: 0..<text.count)
    }

    /// The package's metadata as a `.PKGINFO` would hold it, for what is the same in both formats.
    ///
    /// - Parameters:
    ///   - triggers: the globs, which a v3 package keeps outside of its info.
    ///   - replacesPriority: likewise.
    public func packageInfo(triggers: [String], replacesPriority: Int) -> PackageInfo {
        var fields: [PackageInfo.Field] = []
        func add(_ key: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            fields.append(PackageInfo.Field(key: key, value: value, line: 0))
        }
        add("pkgname", name)
        add("pkgver", version)
        add("pkgdesc", oneLine(summary))
        add("url", oneLine(url))
        add("builddate", buildTime == 0 ? nil : String(buildTime))
        add("size", String(installedSize))
        add("arch", architecture.map(oneLine))
        add("origin", origin.map(oneLine))
        add("commit", commit)
        add("maintainer", maintainer.map(oneLine))
        add("replaces_priority", replacesPriority == 0 ? nil : String(replacesPriority))
        add("provider_priority", providerPriority == 0 ? nil : String(providerPriority))
        add("license", oneLine(license))
        for dependency in dependencies { add("depend", dependency.description) }
        for dependency in replaces { add("replaces", dependency.description) }
        for dependency in provides { add("provides", dependency.description) }
        add("triggers", triggers.joined(separator: " "))
        add("install_if", installIf.map(\.description).joined(separator: " "))
        return PackageInfo(fields: fields)
    }
}

/// A text that may hold any byte, without what would end its line and begin another field.
private func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return text }
    return String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }, as: UTF8.self)
}

extension [UInt8] {
    fileprivate mutating func append(line letter: Unicode.Scalar, _ value: String) {
        append(field: letter) { $0.append(contentsOf: oneLine(value).utf8) }
    }
}
