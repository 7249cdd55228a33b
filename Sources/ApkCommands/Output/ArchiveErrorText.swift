internal import ApkArchive
internal import ApkFormats

/// Says in words why a package or archive was refused.
struct ArchiveErrorText: FailureText {
    private let error: ArchiveError

    init(_ error: ArchiveError) { self.error = error }

    var status: Int32 {
        if error.systemError != nil || error.code == .openFailed { return 4 }
        return Self.trust.contains(error.code) ? 3 : 5
    }

    /// Codes that mean "not trusted or not intact" rather than "not a package".
    private static let trust: Set<ArchiveError.Code> = [
        .unsigned, .unknownKey, .badSignature, .unknownAlgorithm, .refusedAlgorithm, .invalidKeyName, .unusableKey,
        .alteredSignatureMember, .identityMismatch, .checksumMismatch, .dataMismatch, .badDataHash, .fileChanged,
        .sizeMismatch,
        .metadataMismatch, .badGzipChecksum, .badGzipLength, .truncatedGzip, .trailingData, .wrongArchitecture,
    ]

    func message(_ console: Console) -> DisplayText { sentence }

    var sentence: DisplayText {
        let place = error.path.isEmpty ? "" : "\(error.path): "
        let name: DisplayText = "\(error.name)"
        switch error.code {
        case .unsigned: return "\(place)is not signed; `--allow-untrusted` takes it all the same"
        case .unknownKey: return "\(place)\(Self.unknownKey(error))"
        case .badSignature:
            return
                "\(place)the signature is wrong\(error.name.isEmpty ? "" : " for the key \(name)"): the file was changed,"
                + " or another key has this name"
        default:
            let system = error.systemError.map { ": " + systemMessage($0) } ?? ""
            let offset =
                error.offset.map { " at byte \($0)" } ?? error.tarOffset.map {
                    " at byte \($0) of the uncompressed data"
                } ?? ""
            let entry: DisplayText = error.name.isEmpty ? "" : " (\(name))"
            let expected = error.expected.isEmpty ? "" : "; expected \(error.expected)"
            let found = error.found.isEmpty ? "" : ", found \(error.found)"
            let what = Self.phrases[error.code] ?? error.code.rawValue
            return "\(place)\(what)\(offset)\(entry)\(system)\(format)\(expected)\(found)\(remedy)"
        }
    }

    /// What is said of a signature by a key that is not there, or cannot be used.
    static func unknownKey(_ error: ArchiveError) -> DisplayText {
        let key: DisplayText = error.name.isEmpty ? "" : " (\(error.name))"
        guard error.found.isEmpty else { return "is signed by a key that is not trusted\(key): \(error.found)" }
        return
            "is signed by a key that is not trusted\(key); put the key into a directory and name it with `--keys-dir`"
    }

    /// What would let this pass: an option, or a property that only the library's callers can set.
    private var remedy: String {
        switch error.option {
        case nil: ""
        case "allowUntrusted"?: "; `--allow-untrusted` takes it all the same"
        case "refuseSHA1"?: "; the library's `TrustPolicy.refuseSHA1` refuses it"
        case let limit?: "; the library's `ArchiveLimits.\(limit)` raises it, and no option does"
        }
    }

    /// What is wrong with a text inside, such as `.PKGINFO`.
    private var format: String {
        guard let format = error.format else { return "" }
        let line = format.line.map { "line \($0): " } ?? ""
        let found = format.text.isEmpty ? "" : " in `\(format.text)`"
        return ": \(line)\(format.code.rawValue)\(found); expected \(format.expected)"
    }

    /// Codes in words; a code that is not here says enough by itself.
    private static let phrases: [ArchiveError.Code: String] = [
        .openFailed: "cannot be opened",
        .readFailed: "cannot be read",
        .writeFailed: "cannot be written",
        .limitExceeded: "is larger than is accepted",
        .notGzip: "is neither a package nor an index",
        .truncatedGzip: "ends too early",
        .badDeflate: "has compressed data that is damaged",
        .badGzipChecksum: "has compressed data that does not fit its checksum",
        .badGzipLength: "has compressed data that does not fit its length",
        .trailingData: "goes on behind its end",
        .unknownAlgorithm: "has signatures of unknown kinds alone",
        .refusedAlgorithm: "has no signature that is strong enough",
        .invalidKeyName: "has a signature with an impossible key name",
        .alteredSignatureMember: "has a signature segment that no tool wrote",
        .misplacedEntry: "has an entry where it may not be",
        .duplicateEntry: "has a name twice",
        .changedEntryType: "has a name that is two things",
        .badEntryName: "has a name that is not acceptable",
        .missingControl: "has no control segment",
        .missingData: "has no data segment",
        .badPackageInfo: "has a .PKGINFO that cannot be used",
        .badDataHash: "has no usable datahash",
        .dataMismatch: "has another data segment than its datahash says",
        .identityMismatch: "is not the package that the index names",
        .sizeMismatch: "has another size than the index says",
        .metadataMismatch: "calls itself otherwise than the index does",
        .wrongArchitecture: "is for another architecture",
        .checksumMismatch: "has a file that does not fit its digest",
        .badHardLink: "has a hard link that cannot be made",
        .reservedPath: "ships a path that is not a package's to have",
    ]

    var json: JSON {
        var members: [(String, JSON)] = [
            ("code", .string(error.code.rawValue)), ("message", .string(sentence.shown)),
            ("location", .string(error.path)),
        ]
        if let offset = error.offset { members.append(("offset", .integer(offset))) }
        if let offset = error.tarOffset { members.append(("tarOffset", .integer(offset))) }
        return .object(members)
    }
}
