internal import ApkArchive
package import ApkFormats

extension Lock {
    /// The version of the form that ``text`` writes.
    static let schema = 1

    /// The lock as the text of `apk.lock.json`: the same lock is always the same bytes.
    public var text: [UInt8] { Array(json.pretty.utf8) }

    /// The lock as a JSON value.
    package var json: JSON {
        .object([
            ("schema", .integer(Lock.schema)),
            ("architectures", .object(sections.map { ($0.architecture, $0.json) })),
        ])
    }
}

extension Lock.Section {
    /// The SHA-256 over the requests and options, one a line: tells without comparing lists whether they are the same.
    ///
    /// - Throws: ``ArchiveError`` where the cryptographic library has no SHA-256.
    static func digest(requests: [String], options: [String]) throws(ArchiveError) -> String {
        let lines = requests + [""] + options
        return Hexadecimal.string(try Digest.of(Array(lines.joined(separator: "\n").utf8), .sha256))
    }

    fileprivate var json: JSON {
        .object([
            ("requests", .array(requests.map { .string($0) })),
            ("options", .array(options.map { .string($0) })),
            ("requestsDigest", (try? Self.digest(requests: requests, options: options)).map { .string($0) } ?? .null),
            ("repositories", .array(repositories.map(\.json))),
            ("packages", .array(packages.map(\.json))),
        ])
    }
}

extension LockedRepository {
    fileprivate var json: JSON {
        .object([
            ("location", .string(location)), ("tag", tag.map { .string($0) } ?? .null),
            ("description", .string(description)), ("sha256", .string(sha256)),
            ("signedBy", signedBy.map { .string($0) } ?? .null), ("newestBuild", .integer(newestBuild)),
        ])
    }
}

extension LockedPackage {
    fileprivate var json: JSON {
        .object([
            ("name", .string(name)), ("version", .string(version)), ("architecture", .string(architecture)),
            ("repository", .integer(repository)), ("checksum", .string(checksum.description)),
            ("sha256", sha256.map { .string($0) } ?? .null),
            (
                "segments",
                segments.map { .object([("control", .integer($0.control)), ("data", .integer($0.data))]) } ?? .null
            ),
            ("datahash", dataHash.map { .string($0) } ?? .null), ("downloadSize", .integer(downloadSize)),
            ("installedSize", .integer(installedSize)),
        ])
    }
}
