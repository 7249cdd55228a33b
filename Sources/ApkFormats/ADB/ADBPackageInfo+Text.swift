/// The same facts in the form of apk v2.
extension ADBPackageInfo {
    /// The package as a record of an index; nil without a digest, as every record has one.
    public var indexRecord: IndexRecord? { checksum.map { indexRecord(checksum: $0, downloadSize: fileSize) } }

    /// The package as the lines of an index.
    ///
    /// - Parameters:
    ///   - checksum: the digest (`C`), written whole: `Q2` for SHA-256.
    ///   - downloadSize: the size of the package file in bytes (`S`).
    public func indexRecord(checksum: Checksum, downloadSize: Int) -> IndexRecord {
        var text: [UInt8] = []
        text.append(field: "C") { checksum.write(to: &$0) }
        text.append(line: "P", name)
        text.append(line: "V", version)
        if let architecture { text.append(line: "A", architecture) }
        text.append(field: "S") { $0.append(decimal: downloadSize) }
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
}

extension ADBPackageInfo {
    /// The value of an index's field, as ``indexRecord(checksum:downloadSize:)`` writes it; empty for none.
    package func field(_ letter: Unicode.Scalar) -> String {
        func list(_ dependencies: [Dependency]) -> String {
            dependencies.filter(\.isOneWord).map(\.description).joined(separator: " ")
        }
        func optional(_ number: Int) -> String { number == 0 ? "" : String(number) }
        switch letter {
        case "C": return checksum?.description ?? ""
        case "P": return name
        case "V": return version
        case "A": return oneLine(architecture ?? "")
        case "S": return String(fileSize)
        case "I": return String(installedSize)
        case "T": return oneLine(summary)
        case "U": return oneLine(url)
        case "L": return oneLine(license)
        case "o": return oneLine(origin ?? "")
        case "m": return oneLine(maintainer ?? "")
        case "t": return optional(buildTime)
        case "c": return commit ?? ""
        case "k": return optional(providerPriority)
        case "D": return list(dependencies)
        case "p": return list(provides)
        case "i": return list(installIf)
        case "r": return list(replaces)
        case "g": return oneLine(tags.joined(separator: " "))
        default: return ""
        }
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
