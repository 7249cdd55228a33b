/// A name, version or architecture from metadata that may become part of a path or a URL.
///
/// Whoever writes an index must not be able to point outside the directory meant, or to change a URL's meaning: so no
/// slash, no `.` and `..`, nothing that a URL or a terminal treats specially. Everything that turns metadata into a
/// path goes through this type.
public struct PathComponent: Hashable, Sendable, CustomStringConvertible {
    /// The checked text.
    public let description: String

    /// Checks `text`.
    ///
    /// - Parameter field: the letter or key that an error names.
    /// - Throws: ``FormatError`` with the code `invalid-name`.
    public init(_ text: String, field: String? = nil) throws(FormatError) {
        var text = text
        guard text.withUTF8({ Self.isValid($0) }) else {
            throw FormatError(
                .invalidName, field: field, text: String(decoding: text.utf8.prefix(200), as: UTF8.self),
                expected: "1 to 255 bytes that can stand in a file name")
        }
        description = text
    }

    /// Whether the bytes can be one component of a path.
    package static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 255 else { return false }
        let dot = UInt8(ascii: ".")
        if bytes[0] == dot, bytes.count == 1 || (bytes.count == 2 && bytes[1] == dot) { return false }
        return bytes.allBytes { bytes in
            bytes.below(0x21) | bytes.equal(0x7f) | bytes.equal(UInt8(ascii: "\\")) | bytes.equal(UInt8(ascii: "#"))
                | bytes.equal(UInt8(ascii: "%"))
                // `/` and `?` differ in this bit.
                | bytes.equal(UInt8(ascii: "/"), ignoring: 0x10)
        }
    }
}

/// The names of package files.
extension PathComponent {
    /// `NAME-VERSION.apk`, as repositories hold a package.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-name`.
    public static func packageFile(name: String, version: String) throws(FormatError) -> PathComponent {
        try PathComponent("\(PathComponent(name, field: "P"))-\(PathComponent(version, field: "V")).apk", field: "P")
    }

    /// `NAME-VERSION.HHHHHHHH.apk`, as apk's cache holds a package; the eight digits are the identity's first.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-name`.
    public static func cachedPackageFile(
        name: String, version: String, identity: Checksum.Identity
    ) throws(FormatError) -> PathComponent {
        let digits = Checksum(identity).hexadecimal.prefix(8)
        let file = try packageFile(name: name, version: version)
        return try PathComponent("\(file.description.dropLast(4)).\(digits).apk", field: "P")
    }
}
