/// What the end of a gzip file says of its last member (RFC 1952, ISIZE).
package enum GzipTrailer {
    /// About how many bytes the last member of a file inflates to. Nothing is checked: it is bounded by what indexes
    /// compress to at best, and what is no gzip file is taken for one that compresses five to one.
    ///
    /// - Returns: nil where the file cannot be read, or is too short for a member or larger than any index.
    package static func expectedSize(path: String) -> Int? {
        guard let file = try? OpenFile(path: path), let size = try? file.size(), (18...(1 << 40)).contains(size),
            let magic = bytes(2, of: file, at: 0), let trailer = bytes(4, of: file, at: size - 4)
        else { return nil }
        guard magic == [0x1f, 0x8b] else { return size * 5 }
        let claimed = trailer.reversed().reduce(0) { $0 << 8 | Int($1) }
        return claimed / 20 < size ? claimed : size * 20
    }

    private static func bytes(_ count: Int, of file: OpenFile, at offset: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = bytes.withUnsafeMutableBytes { buffer in try? file.read(into: buffer, at: offset) }
        return found == count ? bytes : nil
    }
}
