import ApkArchive
import ApkTestSupport
import Testing

/// Row B of the list of what is refused (tar and PAX), and the published cases of row F that are about tar.
struct TarRows {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var code: ArchiveError.Code?
        var write: @Sendable (inout TarBuilder) -> Void
        var testDescription: String { what }

        init(
            _ what: String, _ code: ArchiveError.Code?, _ write: @escaping @Sendable (inout TarBuilder) -> Void
        ) {
            (self.what, self.code, self.write) = (what, code, write)
        }
    }

    /// One file whose header was changed.
    static func header(
        _ what: String, _ code: ArchiveError.Code?, name: String = "file", type: Character = "0", content: [UInt8] = [],
        _ change: @escaping @Sendable (inout TarBuilder.Header) -> Void
    ) -> Case {
        Case(what, code) { tar in
            var header = tar.header(name, type: type)
            header.size = .octal(content.count)
            change(&header)
            tar.entry(header, content)
        }
    }

    /// One file behind PAX records.
    static func pax(
        _ what: String, _ code: ArchiveError.Code?, _ records: [(String, [UInt8])], type: Character = "0",
        content: [UInt8] = [], global: Bool = false
    ) -> Case {
        Case(what, code) { tar in
            tar.pax(records, type: global ? "g" : "x")
            var header = tar.header("file", type: type)
            header.size = .octal(content.count)
            if type == "1" || type == "2" { header.linkName = Array("target".utf8) }
            tar.entry(header, content)
        }
    }

    static func rawPax(_ what: String, _ code: ArchiveError.Code?, _ records: String) -> Case {
        Case(what, code) { tar in
            tar.paxBytes(Array(records.utf8))
            tar.file("file", "")
        }
    }

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    static func long(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "n"), count: count) }
    /// `count` bytes in components of at most 255.
    static func deep(_ count: Int) -> [UInt8] {
        (0..<count).map { $0 % 256 == 255 ? UInt8(ascii: "/") : UInt8(ascii: "d") }
    }
    static func base256(_ width: Int, _ value: UInt8) -> TarBuilder.Header.Field {
        .raw([0x80] + [UInt8](repeating: 0, count: width - 2) + [value])
    }
    static func field(_ text: String) -> TarBuilder.Header.Field { .raw(Array(text.utf8)) }

    static let headers: [Case] = [
        header("header checksum one off", .badTarChecksum) { $0.checksum = text("007777\u{0} ") },
        header("header checksum of NULs", .badTarChecksum) { $0.checksum = [UInt8](repeating: 0, count: 8) },
        header("header checksum no number", .badTarNumber) { $0.checksum = text("abcdefgh") },
        header("magic of v7", .badTarMagic) { $0.magic = [UInt8](repeating: 0, count: 8) },
        header("magic of no kind", .badTarMagic) { $0.magic = text("ustar\u{0}01") },
        header("GNU magic cut short", .badTarMagic) { $0.magic = text("ustar \u{0}\u{0}") },
        header("type NUL", .badTarType) { $0.type = 0 },
        header("size with base 256", .badTarNumber) { $0.size = base256(12, 0) },
        header("size with base 256, negative", .badTarNumber) {
            $0.size = .raw([UInt8](repeating: 255, count: 12))
        },
        header("uid with base 256", .badTarNumber) { $0.userID = base256(8, 1) },
        header("gid with base 256", .badTarNumber) { $0.groupID = base256(8, 1) },
        header("mode with base 256", .badTarNumber) { $0.mode = base256(8, 1) },
        header("mtime with base 256", .badTarNumber) { $0.modificationTime = base256(12, 1) },
        header("device with base 256", .badTarNumber, type: "3") { $0.deviceMajor = base256(8, 1) },
        header("a space in front of the size", .badTarNumber) { $0.size = field(" 0000000000\u{0}") },
        header("a space in front of the mode", .badTarNumber) { $0.mode = field("   644 \u{0}") },
        header("a minus", .badTarNumber) { $0.size = field("-0000000001\u{0}") },
        header("hexadecimal", .badTarNumber) { $0.mode = field("0x644\u{0}\u{0}\u{0}") },
        header("a digit 8", .badTarNumber) { $0.mode = field("0000648\u{0}") },
        header("digits behind the end", .badTarNumber) { $0.mode = field("644\u{0}7\u{0}\u{0}\u{0}") },
        header("spaces alone", .badTarNumber) { $0.userID = field("        ") },
        header("an empty field", nil) { $0.userID = .raw([]) },
        header("digits up to the field's end", nil) { $0.mode = field("00000644") },
        header("a space behind the digits", nil) { $0.mode = field("000644 \u{0}") },
        header("mtime above 2^32", .badTarNumber) { $0.modificationTime = field("040000000000") },
        header("mtime at 2^32 - 1", nil) { $0.modificationTime = .octal(0o37777777777) },
        header("bytes behind the prefix", .badTarMagic) { $0.tail = [1] },
        Case("GNU magic and a prefix", .badTarMagic) { tar in
            tar.format = .gnu
            var header = tar.header("file")
            header.prefix = text("dir")
            tar.entry(header)
        },
        header("POSIX prefix", nil) { $0.prefix = text("dir") },
        header("POSIX prefix that leads up", .badEntryName) { $0.prefix = text("..") },
        header("POSIX prefix that is absolute", .badEntryName) { $0.prefix = text("/etc") },
        header("F, CVE-2021-30139: a user of 32 bytes without NUL", nil) { $0.userName = long(32) },
        header("a group of 32 bytes without NUL", nil) { $0.groupName = long(32) },
        header("a user with a newline", .badOwnerName) { $0.userName = text("a\nb") },
        header("a group with a colon", .badOwnerName) { $0.groupName = text("a:0:b") },
        header("a name of 100 bytes without NUL", nil) { $0.name = long(100) },
        header("a link target of 100 bytes without NUL", nil, type: "2") { $0.linkName = long(100) },
        header("abuild's hint in the link field of a file", nil) { $0.linkName = [1, 2, 3] + text("APK2") },
    ]

    static let unknownTypes: [Case] = ["7", "S", "A", "D", "M", "N", "V", "X", "8", "9", "a", " ", "\u{7F}"].map {
        type in
        header("type \(type)", .badTarType, type: type) { _ in }
    }

    static let bodies: [Case] = ["1", "2", "3", "4", "5", "6"].map { type in
        header("type \(type) with a body", .unexpectedContent, type: type, content: [1]) {
            $0.linkName = text("target")
        }
    }

    static let goodTypes: [Case] = ["3", "4", "5", "6"].map { type in
        header("type \(type)", nil, type: type) { _ in }
    }

    private static let spelledNames: [(String, ArchiveError.Code?)] = [
        ("", .badEntryName),
        ("/file", .badEntryName),
        ("//file", .badEntryName),
        ("..", .badEntryName),
        ("../file", .badEntryName),
        ("a/../file", .badEntryName),
        ("a/..", .badEntryName),
        ("./../file", .badEntryName),
        ("a//file", .badEntryName),
        ("a/./file", .badEntryName),
        ("file/", .badEntryName),
        (".", .badEntryName),
        ("./", .badEntryName),
        ("a\nb", .badEntryName),
        ("a\tb", .badEntryName),
        ("a\u{1B}[0m", .badEntryName),
        ("a\u{7F}", .badEntryName),
        ("file/.", .badEntryName),
        ("./file", nil),
        ("././a/file", nil),
        (".hidden", nil),
        ("...", nil),
        ("..file", nil),
        ("a/.hidden", nil),
        ("a b", nil),
        ("a\\b", nil),
        ("über", nil),
    ]

    static let spelled: [Case] = spelledNames.map { name, code in
        Case("the name \(name.debugDescription)", code) { $0.file(name, "") }
    }

    static let names: [Case] = [
        Case("a directory without a slash", nil) { tar in tar.entry(tar.header("dir", type: "5", mode: 0o755)) },
        Case("the root directory", nil) { tar in tar.entry(tar.header("./", type: "5", mode: 0o755)) },
        Case("the root directory twice", .duplicateEntry) { tar in
            tar.entry(tar.header("./", type: "5"))
            tar.entry(tar.header(".", type: "5"))
        },
        header("a name that is not UTF-8", nil) { $0.name = [0xFF, 0xFE, 0x80] },
        Case("a directory with two slashes", .badEntryName) { tar in tar.entry(tar.header("dir//", type: "5")) },
        pax("a component of 255 bytes", nil, [("path", long(255))]),
        pax("a component of 256 bytes", .badEntryName, [("path", long(256))]),
        pax("a directory of 256 bytes above", .badEntryName, [("path", long(256) + text("/file"))]),
        pax("F, CVE-2025-4517: a path of PATH_MAX", nil, [("path", deep(4095))]),
        pax("a path over PATH_MAX", .badEntryName, [("path", deep(4096))]),
        pax("a link target of PATH_MAX", nil, [("linkpath", deep(4095))], type: "2"),
        pax("a link target over PATH_MAX", .badLinkTarget, [("linkpath", deep(4096))], type: "2"),
        header("an empty link target", .badLinkTarget, type: "2") { _ in },
        header("an empty hard link target", .badLinkTarget, type: "1") { _ in },
        header("F: a newline in a link target", .badLinkTarget, type: "2") { $0.linkName = text("a\nb") },
        Case("F: a newline in a file name", .badEntryName) { $0.file("a\nF:etc\nR:shadow", "") },
    ]

    static let records: [Case] = [
        pax("size as in the header", nil, [("size", text("3"))], content: [1, 2, 3]),
        pax("F, CVE-2025-62518: size 0, header 512", .paxMismatch, [("size", text("0"))], content: zeros(512)),
        pax("F, CVE-2026-33055: size 512, header 0", .paxMismatch, [("size", text("512"))]),
        pax("size of a directory", .paxMismatch, [("size", text("5"))], type: "5"),
        pax("F, CVE-2017-9669: size 2^31", .paxMismatch, [("size", text("2147483648"))]),
        pax("F, CVE-2017-9671: size 2^63 - 1", .badPaxRecord, [("size", text("9223372036854775807"))]),
        pax("size 2^64", .badPaxRecord, [("size", text("18446744073709551616"))]),
        pax("a negative size", .badPaxRecord, [("size", text("-1"))]),
        pax("a size with a plus", .badPaxRecord, [("size", text("+0"))]),
        pax("a size with a space", .badPaxRecord, [("size", text(" 0"))]),
        pax("no size", .badPaxRecord, [("size", [])]),
        pax("uid as in the header", nil, [("uid", text("0"))]),
        pax("uid other than in the header", .paxMismatch, [("uid", text("1000"))]),
        pax("gid other than in the header", .paxMismatch, [("gid", text("1000"))]),
        pax("uid that no header holds", nil, [("uid", text("2097152"))]),
        pax("uid 2^32 - 1", nil, [("uid", text("4294967295"))]),
        pax("uid 2^32", .badTarNumber, [("uid", text("4294967296"))]),
        pax("a negative gid", .badPaxRecord, [("gid", text("-1"))]),
        pax("mtime with a fraction", nil, [("mtime", text("1700000000.123456789"))]),
        pax("mtime with a long fraction", nil, [("mtime", text("1700000000.1234567891234"))]),
        pax("mtime at 2^32 - 1", nil, [("mtime", text("4294967295"))]),
        pax("mtime at 2^32", .badPaxRecord, [("mtime", text("4294967296"))]),
        pax("a negative mtime", .badPaxRecord, [("mtime", text("-1.5"))]),
        pax("mtime with two points", .badPaxRecord, [("mtime", text("1.5.5"))]),
        pax("mtime with an exponent", .badPaxRecord, [("mtime", text("1e9"))]),
        pax("path with NUL", .badPaxRecord, [("path", text("a\u{0}b"))]),
        pax("an empty path", .badPaxRecord, [("path", [])]),
        pax("path that leads up", .badEntryName, [("path", text("a/../../b"))]),
        pax("an absolute path", .badEntryName, [("path", text("/etc/passwd"))]),
        pax("path that is not UTF-8", nil, [("path", [0xFF, 0x80])]),
        pax("linkpath with NUL", .badPaxRecord, [("linkpath", text("a\u{0}"))], type: "2"),
        pax("linkpath of a file", nil, [("linkpath", text("a"))]),
        pax("a user name with a newline", .badOwnerName, [("uname", text("a\nb"))]),
        pax("a user name with NUL", .badPaxRecord, [("uname", text("a\u{0}"))]),
        pax("unknown keys", nil, [("comment", text("x")), ("VENDOR.key", [0, 1, 2])]),
        pax("a key twice", .badPaxRecord, [("path", text("a")), ("path", text("b"))]),
        pax("an unknown key twice", .badPaxRecord, [("x", text("a")), ("x", text("a"))]),
        pax("many keys", nil, (0..<20).map { ("key\($0)", text("a")) }),
        pax("an early key of many twice", .badPaxRecord, ((0..<20) + [3]).map { ("key\($0)", text("a")) }),
        pax("a late key of many twice", .badPaxRecord, ((0..<20) + [15]).map { ("key\($0)", text("a")) }),
        pax("F, CVE-2025-58183: GNU.sparse.major", .badTarType, [("GNU.sparse.major", text("1"))]),
        pax("GNU.sparse.map", .badTarType, [("GNU.sparse.map", text("0,1"))]),
        pax("GNU.sparse.name", .badTarType, [("GNU.sparse.name", text("x"))]),
        pax("SCHILY.realsize", .badTarType, [("SCHILY.realsize", text("1"))]),
        pax("a key with NUL", .badPaxRecord, [("path\u{0}x", text("a"))]),
        pax("a global key with NUL", .badPaxRecord, [("comment\u{0}path", text("a"))], global: true),
        pax("an access time that is none", .badPaxRecord, [("atime", text("1-2"))]),
        pax("a time of change", nil, [("ctime", text("12.5"))]),
        pax("an attribute without a name", .badPaxRecord, [("SCHILY.xattr.", text("x"))]),
        pax("an attribute with NUL in its value", nil, [("SCHILY.xattr.security.capability", [0, 0, 1, 10])]),
        pax("an empty attribute", nil, [("SCHILY.xattr.user.x", [])]),
        pax("checksum too short", .badPaxRecord, [("APK-TOOLS.checksum.SHA1", text("00"))]),
        pax("checksum in upper case", .badPaxRecord, [("APK-TOOLS.checksum.SHA1", [UInt8](repeating: 65, count: 40))]),
        pax("checksum of other content", .checksumMismatch, [("APK-TOOLS.checksum.SHA1", zeroDigits)]),
        pax(
            "checksum of another target", .checksumMismatch, [("APK-TOOLS.checksum.SHA1", zeroDigits)], type: "2"),
        rawPax("no length", .badPaxRecord, " path=a\n"),
        rawPax("a length of 0", .badPaxRecord, "0 path=a\n"),
        rawPax("a length with a leading 0", .badPaxRecord, "010 path=a\n"),
        rawPax("a length that is too long", .badPaxRecord, "11 path=a\n"),
        rawPax("a length that is too short", .badPaxRecord, "9 path=ab\n"),
        rawPax("a length that ends in the key", .badPaxRecord, "5 path=a\n"),
        rawPax("a negative length", .badPaxRecord, "-9 path=a\n"),
        rawPax("a length of 20 digits", .badPaxRecord, "18446744073709551625 path=a\n"),
        rawPax("no newline", .badPaxRecord, "9 path=ab"),
        rawPax("no equals sign", .badPaxRecord, "7 path\n"),
        rawPax("no key", .badPaxRecord, "5 =a\n"),
        rawPax("garbage behind the records", .badPaxRecord, "10 path=a\n\u{0}"),
        rawPax("no records", nil, ""),
        rawPax("two records", nil, "9 path=a\n8 uid=0\n"),
    ]

    static let globals: [Case] = [
        pax("global path", .badGlobalPax, [("path", text("a"))], global: true),
        pax("global size", .badGlobalPax, [("size", text("0"))], global: true),
        pax("global linkpath", .badGlobalPax, [("linkpath", text("a"))], global: true),
        pax("global owner", .badGlobalPax, [("uid", text("0"))], global: true),
        pax("global time", .badGlobalPax, [("mtime", text("0"))], global: true),
        pax("global attribute", .badGlobalPax, [("SCHILY.xattr.user.x", text("a"))], global: true),
        pax("global sparse", .badGlobalPax, [("GNU.sparse.major", text("1"))], global: true),
        pax("global checksum", .badGlobalPax, [("APK-TOOLS.checksum.SHA1", zeroDigits)], global: true),
        pax("global comment", nil, [("comment", text("commit"))], global: true),
    ]

    static let zeroDigits = [UInt8](repeating: UInt8(ascii: "0"), count: 40)
    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static let sequences: [Case] = [
        Case("GNU long name", nil) { tar in
            tar.longName(long(120))
            tar.file("short", "")
        },
        Case("GNU long link", nil) { tar in
            tar.longName(long(120), type: "K")
            tar.symbolicLink("link", to: "short")
        },
        Case("GNU long name and long link", nil) { tar in
            tar.longName(long(120), type: "K")
            tar.longName(long(130))
            tar.symbolicLink("link", to: "short")
        },
        Case("GNU long name without NUL, as in apk's scripts.tar", nil) { tar in
            tar.bareLongName(long(120))
            tar.file("short", "")
        },
        Case("GNU long name that fills its blocks", nil) { tar in
            tar.bareLongName(text("a/") + deep(510))
            tar.file("short", "")
        },
        Case("GNU long name that goes on behind its size", .badEntryName) { tar in
            tar.bareLongName(long(120), padding: text("x"))
            tar.file("short", "")
        },
        Case("GNU long link that goes on behind its size", .badEntryName) { tar in
            tar.bareLongName(long(120), type: "K", padding: zeros(391) + text("x"))
            tar.symbolicLink("link", to: "short")
        },
        Case("two GNU long names", .mixedLongNames) { tar in
            tar.longName(long(120))
            tar.longName(long(121))
            tar.file("short", "")
        },
        Case("two GNU long links", .mixedLongNames) { tar in
            tar.longName(long(120), type: "K")
            tar.longName(long(121), type: "K")
            tar.symbolicLink("link", to: "short")
        },
        Case("GNU long name and PAX path", .mixedLongNames) { tar in
            tar.longName(long(120))
            tar.pax([("path", text("x"))])
            tar.file("short", "")
        },
        Case("PAX path and GNU long name", .mixedLongNames) { tar in
            tar.pax([("path", text("x"))])
            tar.longName(long(120))
            tar.file("short", "")
        },
        Case("GNU long link and PAX linkpath", .mixedLongNames) { tar in
            tar.longName(long(120), type: "K")
            tar.pax([("linkpath", text("x"))])
            tar.symbolicLink("link", to: "short")
        },
        Case("GNU long name and PAX linkpath", .mixedLongNames) { tar in
            tar.longName(long(120))
            tar.pax([("linkpath", text("x"))])
            tar.symbolicLink("link", to: "short")
        },
        Case("GNU long name and other PAX records", nil) { tar in
            tar.longName(long(120))
            tar.pax([("mtime", text("1.5"))])
            tar.file("short", "")
        },
        Case("GNU long name with NUL inside", .badEntryName) { tar in
            tar.longName(text("a\u{0}b"))
            tar.file("short", "")
        },
        Case("an empty GNU long name", .badEntryName) { tar in
            tar.longName([])
            tar.file("short", "")
        },
        Case("GNU long name over PATH_MAX", .badEntryName) { tar in
            tar.longName(deep(4096))
            tar.file("short", "")
        },
        Case("GNU long name that leads up", .badEntryName) { tar in
            tar.longName(text("../x"))
            tar.file("short", "")
        },
        Case("PAX header at the end", .danglingPax) { $0.pax([("path", text("a"))]) },
        Case("GNU long name at the end", .danglingPax) { $0.longName(long(120)) },
        Case("GNU long link at the end", .danglingPax) { $0.longName(long(120), type: "K") },
        Case("two PAX headers", .danglingPax) { tar in
            tar.pax([("path", text("a"))])
            tar.pax([("uid", text("0"))])
            tar.file("file", "")
        },
        Case("PAX header before a global one", .danglingPax) { tar in
            tar.pax([("path", text("a"))])
            tar.pax([("comment", text("a"))], type: "g")
            tar.file("file", "")
        },
        Case("one zero block inside", .zeroBlock) { tar in
            tar.file("file", "")
            tar.raw(zeros(512))
            tar.file("other", "")
        },
        Case("an entry behind the end", .dataAfterEnd) { tar in
            tar.end()
            tar.file("other", "")
        },
        Case("bytes behind the end", .dataAfterEnd) { tar in
            tar.end()
            tar.raw(zeros(511) + [1])
        },
        Case("half a block behind the end", .truncatedTar) { tar in
            tar.end()
            tar.raw(zeros(100))
        },
        Case("zeros behind the end", nil) { $0.end(blocking: 10240) },
        Case("a name twice", .duplicateEntry) { tar in
            tar.file("file", "")
            tar.file("file", "")
        },
        Case("a name twice, written differently", .duplicateEntry) { tar in
            tar.file("dir/file", "")
            tar.file("./dir/file", "")
        },
        Case("a directory twice", .duplicateEntry) { tar in
            tar.directory("dir")
            tar.directory("dir")
        },
        Case("a link twice, with another target", .duplicateEntry) { tar in
            tar.symbolicLink("link", to: "a")
            tar.symbolicLink("link", to: "b")
        },
        Case("F, CVE-2018-1000849: a link, then a file of its name", .changedEntryType) { tar in
            tar.symbolicLink("link", to: "/etc/passwd")
            tar.file("link", "x")
        },
        Case("a file, then a directory of its name", .changedEntryType) { tar in
            tar.file("name", "")
            tar.directory("name")
        },
        Case("a directory, then a link of its name", .changedEntryType) { tar in
            tar.directory("name")
            tar.symbolicLink("name", to: "x")
        },
        Case("F, CVE-2026-42574: a link, then a file through it", .changedEntryType) { tar in
            tar.symbolicLink("link", to: "/tmp")
            tar.file("link/file", "x")
        },
        Case("a link, then a file far below it", .changedEntryType) { tar in
            tar.symbolicLink("a/link", to: "/tmp")
            tar.file("a/link/b/c/file", "x")
        },
        Case("a file, then one below it", .changedEntryType) { tar in
            tar.file("file", "")
            tar.file("file/file", "")
        },
        Case("a file in a directory, then a link in the directory's place", .changedEntryType) { tar in
            tar.file("dir/file", "")
            tar.symbolicLink("dir", to: "/tmp")
        },
        Case("a file, then its directory", nil) { tar in
            tar.file("dir/sub/file", "")
            tar.directory("dir/sub")
            tar.directory("dir")
        },
        Case("a file without its directories", nil) { $0.file("a/b/c/file", "") },
        Case("what is kept", nil) { tar in
            tar.hardLink("hard", to: "file")
            tar.file("file", "x", mode: 0o6755)
            tar.entry(tar.header("device", type: "3"))
            tar.entry(tar.header("block", type: "4"))
            tar.entry(tar.header("pipe", type: "6"))
        },
    ]

    static let all: [Case] = [
        headers, unknownTypes, bodies, goodTypes, spelled, names, records, globals, sequences,
    ].flatMap { $0 }

    /// The archive alone, and as the data segment of a package with a good signature and `datahash`.
    @Test(arguments: all)
    func archive(_ row: Case) throws {
        var tar = TarBuilder()
        row.write(&tar)
        if row.code != .dataAfterEnd && row.code != .truncatedTar { tar.end() }
        var error: ArchiveError?
        do throws(ArchiveError) {
            var reader = TarReader(MemorySource(tar.bytes))
            while try reader.next() != nil {}
        } catch let caught {
            error = caught
        }
        if row.code == .checksumMismatch {
            #expect(error == nil, "the tar reader gives digests, packages check them")
        } else {
            #expect(error?.code == row.code)
        }
        if let error { #expect(error.tarOffset != nil) }
        var builder = PackageBuilder()
        builder.dataTar = tar.bytes
        let refused = failure(of: builder.build().bytes)
        #expect(refused?.code == row.code)
        if let refused {
            #expect(refused.tarOffset != nil)
            #expect(refused.path == "test.apk")
        }
    }

    /// What is cut off anywhere is refused, wherever that is.
    @Test
    func truncation() throws {
        var tar = TarBuilder()
        tar.directory("dir")
        tar.file("dir/file", "content", pax: [("mtime", "1.5")])
        tar.longName(Self.long(200))
        tar.symbolicLink("link", to: "target")
        tar.end()
        for count in 0..<tar.bytes.count {
            var error: ArchiveError?
            do throws(ArchiveError) {
                var reader = TarReader(MemorySource(Array(tar.bytes[..<count])))
                while try reader.next() != nil {}
            } catch let caught {
                error = caught
            }
            #expect(error != nil, "\(count) bytes")
        }
    }
}
