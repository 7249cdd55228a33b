internal import ApkArchive
internal import ApkFormats

// MARK: - The bundle of certificates

extension TreeMerger {
    /// The most bytes of all certificates; those that browsers know have a quarter of a million.
    private static let mostBundle = 16 << 20

    /// `update-ca-certificates`: all certificates that `etc/ca-certificates.conf` chooses, and those that a person put
    /// into `usr/local/share/ca-certificates`, in one file, and a link to each. Where the package has its hook for that,
    /// also the links by which OpenSSL finds certificates in a directory, as `c_rehash` makes them.
    ///
    /// - Returns: how many certificates there are.
    mutating func updateCertificates(_ stage: any StagedContents, time: Int) throws(RootError) -> Int {
        let source = "usr/share/ca-certificates"
        guard let list = try scriptContent(of: Array("etc/ca-certificates.conf".utf8), stage) else { return 0 }
        var paths: [String] = []
        for line in list.split(separator: 0x0a) {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("#") || text.hasPrefix("!") || text.contains("..") { continue }
            paths.append("\(source)/\(text)")
        }
        let local = "usr/local/share/ca-certificates"
        for name in try names(in: local) where name.hasSuffix(".crt") { paths.append("\(local)/\(name)") }
        var bundle: [UInt8] = []
        var count = 0
        var links: [(name: String, content: [UInt8])] = []
        for path in paths {
            guard let certificate = try scriptContent(of: Array(path.utf8), stage) else { continue }
            bundle += certificate
            guard bundle.count <= Self.mostBundle else { throw RootError(.scriptNeedsYou, path: Array(path.utf8)) }
            if bundle.last != 0x0a { bundle.append(0x0a) }
            count += 1
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let stem = name.hasSuffix(".crt") ? String(name.dropLast(4)) : name
            let link = Array("etc/ssl/certs/ca-cert-\(stem).pem".utf8)
            _ = try replaceLink(link, to: Array("/\(path)".utf8), replaces: true, time: time)
            links.append(("ca-cert-\(stem).pem", certificate))
        }
        guard count > 0 else { return 0 }
        let file = Array("etc/ssl/certs/ca-certificates.crt".utf8)
        if try scriptContent(of: file, stage) != bundle { try setContent(file, bundle, time: time) }
        if try standingKind(Array("etc/ca-certificates/update.d/certhash".utf8)) == .regular {
            try linkSubjects(of: links, time: time)
        }
        return count
    }

    /// A link `HASH.NUMBER` to each certificate, in the order of their names; the same certificate twice has one.
    private mutating func linkSubjects(of links: [(name: String, content: [UInt8])], time: Int) throws(RootError) {
        var bySubject: [String: [Certificate]] = [:]
        for link in links.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            guard let certificate = Certificate(pem: link.content) else { continue }
            let others = bySubject[certificate.subjectHash, default: []]
            guard !others.contains(certificate) else { continue }
            bySubject[certificate.subjectHash] = others + [certificate]
            _ = try replaceLink(
                Array("etc/ssl/certs/\(certificate.subjectHash).\(others.count)".utf8), to: Array(link.name.utf8),
                replaces: true, time: time)
        }
    }
}
