import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files with many names.
struct HardLinkTests {
    /// Each link names the one before it.
    @Test func chainsMayHaveAnyLength() throws {
        let directory = TestDirectory()
        let count = 5000
        let package = TestPackage("a") { tar in
            tar.checkedFile("usr/0", "content")
            for number in 1...count { tar.hardLink("usr/\(number)", to: "usr/\(number - 1)") }
        }
        try install([package], into: directory.root, world: "a")
        var status = stat()
        #expect(lstat(directory.root + "/usr/\(count)", &status) == 0 && status.st_nlink == count + 1)
    }

    /// Where a file system allows no more names for a file, the others are names of copies; so it is in a new root, and
    /// where old files are replaced.
    @Test func furtherNamesAreOfCopies() throws {
        let directory = TestDirectory()
        let names = ["usr/a", "usr/b", "usr/c", "usr/d"]
        for number in ["1", "2"] {
            let package = TestPackage("a", "\(number)-r0") { tar in
                tar.checkedFile(names[0], number, mode: 0o750)
                for name in names.dropFirst() { tar.hardLink(name, to: names[0]) }
            }
            // A file gets two names and no more, wherever it lies.
            let saboteur = FaultTests.Saboteur { _, call in call == .link ? .error(EMLINK) : nil }
            try install([package], into: directory.root, system: saboteur.system, world: "a")
            for name in names {
                var status = stat()
                #expect(lstat(directory.root + "/" + name, &status) == 0)
                #expect(status.st_mode & 0o7777 == 0o750 && status.st_nlink == 1, "\(name)")
                #expect(directory.text(name) == number)
            }
        }
        try install([TestPackage](), removing: ["a"], into: directory.root)
        #expect(directory.names().filter { $0.hasPrefix("usr") } == [])
    }
}
