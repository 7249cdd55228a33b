internal import ApkArchive
internal import ApkFormats

// MARK: - The bundle of certificates

extension TreeMerger {
    /// `update-ca-certificates`: all certificates that `etc/ca-certificates.conf` chooses, and those that a person put
    /// into `usr/local/share/ca-certificates`, in one file, and a link to each.
    ///
    /// - Returns: how many certificates there are.
    mutating func updateCertificates(_ stage: any StagedContents, time: Int) throws(RootError) -> Int {
        let source = "usr/share/ca-certificates"
        guard let list = try content(of: Array("etc/ca-certificates.conf".utf8), stage) else { return 0 }
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
        for path in paths {
            guard let certificate = try content(of: Array(path.utf8), stage) else { continue }
            bundle += certificate
            if bundle.last != 0x0a { bundle.append(0x0a) }
            count += 1
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let stem = name.hasSuffix(".crt") ? String(name.dropLast(4)) : name
            let link = Array("etc/ssl/certs/ca-cert-\(stem).pem".utf8)
            _ = try replaceLink(link, to: Array("/\(path)".utf8), replaces: true, time: time)
        }
        guard count > 0 else { return 0 }
        let file = Array("etc/ssl/certs/ca-certificates.crt".utf8)
        if try content(of: file, stage) != bundle { try setContent(file, bundle, time: time) }
        return count
    }
}
