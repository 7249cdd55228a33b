/// What the end of a gzip file says of its last member (RFC 1952, ISIZE).
package enum GzipTrailer {
    /// About how many bytes the last member of a file inflates to: nothing is checked, and what is no gzip file says
    /// anything. Bounded by what indexes compress to at best.
    ///
    /// - Returns: nil where the file cannot be read.
    package static func expectedSize(path: String) -> Int? {
        guard let file = try? OpenFile(path: path), let size = try? file.size(), size >= 18 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4)
        let count = bytes.withUnsafeMutableBytes { buffer in try? file.read(into: buffer, at: size - 4) }
        guard count == 4 else { return nil }
        let claimed = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        return min(claimed, size.multipliedReportingOverflow(by: 20).partialValue)
    }
}
