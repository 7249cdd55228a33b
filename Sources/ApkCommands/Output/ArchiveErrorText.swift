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

    func message(_ console: Console) -> String { sentence }

    var sentence: String {
        let place = error.path.isEmpty ? "" : "\(error.path): "
        let name = String(decoding: error.name, as: UTF8.self)
        switch error.code {
        case .unsigned: return "\(place)is not signed; `--allow-untrusted` takes it all the same"
        case .unknownKey:
            let key = name.isEmpty ? error.found : name
            return "\(place)is signed by a key that is not trusted\(key.isEmpty ? "" : " (\(key))");"
                + " put the key into a directory and name it with `--keys-dir`"
        case .badSignature:
            return "\(place)the signature is wrong\(name.isEmpty ? "" : " for the key \(name)"): the file was changed,"
                + " or another key has this name"
        default:
            let system = error.systemError.map { ": " + systemMessage($0) } ?? ""
            let offset =
                error.offset.map { " at byte \($0)" } ?? error.tarOffset.map { " at byte \($0) of the tar" } ?? ""
            let entry = name.isEmpty ? "" : " (\(name))"
            let expected = error.expected.isEmpty ? "" : "; expected \(error.expected)"
            let found = error.found.isEmpty ? "" : ", found \(error.found)"
            let option = error.option.map { "; the limit `\($0)` raises it" } ?? ""
            return "\(place)\(error.code.rawValue)\(offset)\(entry)\(system)\(expected)\(found)\(option)"
        }
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("code", .string(error.code.rawValue)), ("message", .string(sentence)), ("location", .string(error.path)),
        ]
        if let offset = error.offset { members.append(("offset", .integer(offset))) }
        if let offset = error.tarOffset { members.append(("tarOffset", .integer(offset))) }
        return .object(members)
    }
}
