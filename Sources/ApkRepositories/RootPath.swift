#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where a path of a root lies on this machine.
///
/// A root may come from anybody. Its symbolic links mean what they mean in it: `/etc` in a link's target is the root's, and
/// `..` at its top stays there. So nothing outside is read, and nothing of it shown, whatever a root says.
package enum RootPath {
    /// The place of a path with all links read inside the root; nil for one that leads through more than 40.
    ///
    /// - Parameters:
    ///   - path: relative to the root.
    ///   - root: the root's directory; empty for this machine's own.
    package static func place(of path: String, in root: String) -> String? {
        guard !root.isEmpty else { return "/" + path }
        var place: [Substring] = []
        var pending = Array(path.split(separator: "/").reversed())
        var links = 0
        while let component = pending.popLast() {
            if component == "." { continue }
            if component == ".." {
                _ = place.popLast()
                continue
            }
            place.append(component)
            guard let target = link("\(root)/\(place.joined(separator: "/"))") else { continue }
            links += 1
            guard links <= 40 else { return nil }
            if target.hasPrefix("/") { place = [] } else { place.removeLast() }
            pending += target.split(separator: "/").reversed()
        }
        return "\(root)/\(place.joined(separator: "/"))"
    }

    /// The target of a symbolic link; nil for anything else.
    private static func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { room in
            let count = readlink(path, room.baseAddress!, room.count)
            guard count > 0 else { return nil }
            return String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
