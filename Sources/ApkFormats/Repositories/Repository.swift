/// A repository as a line of `etc/apk/repositories` or an option `-X` names it.
public struct Repository: Hashable, Sendable {
    /// How a repository is laid out, the optional first word of its line.
    public enum Layout: String, Sendable {
        /// A directory for each architecture with an `APKINDEX.tar.gz`.
        case v2
        /// A directory for each architecture with a `Packages.adb`.
        case v3
        /// The URL is the index itself; packages lie beside it.
        case ndx
    }

    /// How it is laid out.
    public let layout: Layout
    /// The URL or absolute path as it was written, without slashes at the end. It may hold a password: everything
    /// that is shown uses ``description`` instead.
    public let url: String

    /// Makes a repository; slashes at the end of `url` are dropped.
    ///
    /// - Parameter layout: nil to go by the URL: `.adb` and `.tar.gz` at its end are an index, all else is ``Layout/v2``.
    public init(url: String, layout: Layout? = nil) {
        var url = url
        while url.utf8.count > 1, url.hasSuffix("/") { url.removeLast() }
        self.url = url
        let isIndex = url.hasSuffix(".adb") || url.hasSuffix(".tar.gz")
        self.layout = layout ?? (isIndex ? .ndx : .v2)
    }

    /// The path of a repository on this machine, given as a path or a `file:` URL; nil for one elsewhere.
    public var localPath: String? { Repository.localPath(of: url) }

    /// The path that a URL means on this machine; nil if it means another place.
    public static func localPath(of url: String) -> String? {
        guard let scheme = scheme(of: url) else { return url }
        guard scheme == "file" else { return nil }
        let path = url.dropFirst(5)
        return String(path.hasPrefix("//") ? path.dropFirst(2) : path)
    }

    /// What stands before the colon of a URL; nil for a path.
    static func scheme(of url: String) -> Substring? {
        guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")), colon != url.startIndex else { return nil }
        let scheme = url[..<colon]
        return scheme.utf8.allSatisfy { $0.isLetterOrDigit || "+.-".utf8.contains($0) } ? scheme : nil
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter.
    var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7a }
    /// Whether the byte is an ASCII letter or digit.
    var isLetterOrDigit: Bool { isLetter || (self >= 0x30 && self <= 0x39) }
}

extension Repository: CustomStringConvertible {
    /// The URL without its password.
    public var description: String { redactingCredentials(in: url) }
}

/// Where things are.
extension Repository {
    /// The URL or path of the index for an architecture.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-name` if the architecture cannot be part of a path.
    public func indexURL(architecture: String) throws(FormatError) -> String {
        let directory = try PathComponent(architecture, field: "A")
        switch layout {
        case .v2: return join(url, "\(directory)/APKINDEX.tar.gz")
        case .v3: return join(url, "\(directory)/Packages.adb")
        case .ndx: return url
        }
    }

    /// The URL or path of a package.
    ///
    /// - Parameter architecture: the package's own (`A`), taken literally: a package for `noarch` lies in `noarch`.
    /// - Throws: ``FormatError`` with the code `invalid-name` if name, version or architecture cannot be part of a
    ///   path.
    public func packageURL(name: String, version: String, architecture: String) throws(FormatError) -> String {
        let file = try PathComponent.packageFile(name: name, version: version)
        switch layout {
        case .v2, .v3: return join(url, "\(try PathComponent(architecture, field: "A"))/\(file)")
        case .ndx:
            let directory = url.lastIndex(of: "/").map { url[...$0] } ?? ""
            return directory + file.description
        }
    }

    /// The URLs or paths of a package of an index of apk v3, in the order in which they are tried: as the index's pattern
    /// says it, or as ``packageURL(name:version:architecture:)`` does; then beside the index, where repositories of
    /// packages for several architectures keep them.
    ///
    /// - Throws: ``FormatError`` as ``packageURL(name:version:architecture:)`` does.
    public func packageURLs(
        name: String, version: String, architecture: String, identity: Checksum.Identity, spec: PackageNameSpec?,
        indexArchitecture: String
    ) throws(FormatError) -> [String] {
        guard let spec else {
            let first = try packageURL(name: name, version: version, architecture: architecture)
            guard layout != .ndx, architecture != indexArchitecture else { return [first] }
            return [first, try packageURL(name: name, version: version, architecture: indexArchitecture)]
        }
        let path = try spec.path(name: name, version: version, architecture: architecture, identity: identity)
        guard !spec.isAbsolute else { return [path] }
        let beside = url.lastIndex(of: "/").map { url[...$0] } ?? ""
        guard layout != .ndx else { return [beside + path] }
        return [join(url, path), join(url, "\(try PathComponent(indexArchitecture, field: "A"))/\(path)")]
    }

    private func join(_ directory: String, _ path: String) -> String {
        directory == "/" ? "/" + path : directory + "/" + path
    }
}
