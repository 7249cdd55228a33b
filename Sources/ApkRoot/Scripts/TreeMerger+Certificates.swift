internal import ApkArchive
internal import ApkFormats

// MARK: - The bundle of certificates

extension TreeMerger {
    /// The most bytes of all certificates; those that browsers know have a quarter of a million.
    private static let mostBundle = 16 << 20

    /// Where the package's certificates are, and those that a person adds.
    private static let certificateDirectories = ["usr/share/ca-certificates", "usr/local/share/ca-certificates"]
    private static let linkDirectory = "etc/ssl/certs"

    /// `update-ca-certificates`: all certificates that `etc/ca-certificates.conf` chooses, and those that a person put
    /// into `usr/local/share/ca-certificates`, in one file, and a link to each; links to others go. Where the package has
    /// its hook for that, also the links by which OpenSSL finds certificates in a directory, as `c_rehash` makes them.
    ///
    /// - Returns: how many certificates there are.
    mutating func updateCertificates(_ stage: any StagedContents, time: Int) throws(RootError) -> Int {
        guard let list = try scriptContent(of: Array("etc/ca-certificates.conf".utf8), stage) else { return 0 }
        var paths: [String] = []
        for line in list.split(separator: 0x0a) {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("#") || text.hasPrefix("!") || text.contains("..") { continue }
            paths.append("\(Self.certificateDirectories[0])/\(text)")
        }
        let local = Self.certificateDirectories[1]
        for name in try names(in: local) where name.hasSuffix(".crt") { paths.append("\(local)/\(name)") }
        var bundle: [UInt8] = []
        var links: [(name: String, content: [UInt8])] = []
        for path in paths {
            guard let certificate = try scriptContent(of: Array(path.utf8), stage) else { continue }
            bundle += certificate
            guard bundle.count <= Self.mostBundle else { throw RootError(.scriptNeedsYou, path: Array(path.utf8)) }
            bundle.append(0x0a)
            let name = Self.linkName(of: path)
            let link = Array("\(Self.linkDirectory)/\(name)".utf8)
            _ = try replaceLink(link, to: Array("/\(path)".utf8), replaces: true, time: time)
            links.append((name, certificate))
        }
        guard !links.isEmpty else { return 0 }
        try removeLinks(except: Set(links.map(\.name)))
        let file = Array("\(Self.linkDirectory)/ca-certificates.crt".utf8)
        if try scriptContent(of: file, stage) != bundle { try setContent(file, bundle, time: time) }
        if try standingKind(Array("etc/ca-certificates/update.d/certhash".utf8)) == .regular {
            try linkSubjects(of: links, time: time)
        }
        return links.count
    }

    /// The name of the link to a certificate; what would need quotes in a shell is something else in it.
    private static func linkName(of path: String) -> String {
        let name = path.split(separator: "/").last ?? path[...]
        let stem = name.hasSuffix(".crt") ? name.dropLast(4) : name
        let plain = stem.map { " ,".contains($0) ? "_" : "()".contains($0) ? "=" : $0 }
        return "ca-cert-\(String(plain)).pem"
    }

    /// Takes away the links to certificates that are not chosen any more.
    private mutating func removeLinks(except kept: Set<String>) throws(RootError) {
        for name in try names(in: Self.linkDirectory) where !kept.contains(name) {
            let path = Array("\(Self.linkDirectory)/\(name)".utf8)
            guard case .symbolicLink(let target)? = try standingKind(path),
                Self.certificateDirectories.contains(where: { target.starts(with: "/\($0)/".utf8) })
            else { continue }
            _ = try removeLink(path)
        }
    }

    /// A link `HASH.NUMBER` to each certificate, in the order of their names; the same certificate twice has one. Others
    /// of such names go.
    private mutating func linkSubjects(of links: [(name: String, content: [UInt8])], time: Int) throws(RootError) {
        var bySubject: [String: [Certificate]] = [:]
        var made: Set<String> = []
        for link in links.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            guard let certificate = Certificate(pem: link.content) else { continue }
            let others = bySubject[certificate.subjectHash, default: []]
            guard !others.contains(certificate) else { continue }
            bySubject[certificate.subjectHash] = others + [certificate]
            let name = "\(certificate.subjectHash).\(others.count)"
            made.insert(name)
            _ = try replaceLink(
                Array("\(Self.linkDirectory)/\(name)".utf8), to: Array(link.name.utf8), replaces: true, time: time)
        }
        for name in try names(in: Self.linkDirectory) where !made.contains(name) && Self.isSubjectName(name) {
            let path = Array("\(Self.linkDirectory)/\(name)".utf8)
            // A certificate that a person put here has such a link too.
            guard case .symbolicLink(let target)? = try standingKind(path), target.starts(with: "ca-cert-".utf8)
            else { continue }
            _ = try removeLink(path)
        }
    }

    /// Eight hexadecimal digits, a dot and a number.
    private static func isSubjectName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].utf8.count == 8 && parts[0].allSatisfy(\.isHexDigit)
            && Int(digits: parts[1], atMost: .max) != nil
    }
}
