/// The fixed fields of a gzip header (RFC 1952).
package struct GzipHeader: Hashable, Sendable {
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let text = Flags(rawValue: 1)
        package static let headerChecksum = Flags(rawValue: 2)
        package static let extra = Flags(rawValue: 4)
        package static let name = Flags(rawValue: 8)
        package static let comment = Flags(rawValue: 16)
        package static let reserved = Flags(rawValue: 0xE0)
    }

    package var flags: Flags = []
    /// Seconds since 1970, or 0 for none.
    package var modificationTime: UInt32 = 0
    /// XFL: 2 says best compression, 4 says fastest, 0 says neither.
    package var extraFlags: UInt8 = 0
    /// OS: 3 is Unix, 255 unknown (what Go writes).
    package var operatingSystem: UInt8 = 0
}
