import ApkFormats
import Testing

/// What may stand in names, byte by byte: the checks look at several at once, so that the place and the length matter.
@Suite struct NameBytesTests {
    /// Calls `body` with names of all lengths up to 40 that have each byte at each place, among harmless ones.
    static func forEachName(_ body: (UnsafeBufferPointer<UInt8>, UInt8, Int) -> Void) {
        for count in 1...40 {
            var name = [UInt8](repeating: UInt8(ascii: "x"), count: count)
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    name[place] = byte
                    name.withUnsafeBufferPointer { body($0, byte, place) }
                }
                name[place] = UInt8(ascii: "x")
            }
        }
    }

    @Test func onlySomeBytesCanStandInAFileName() {
        let forbidden = Set(0...0x20 as ClosedRange<UInt8>).union([0x7f]).union("/\\?#%".utf8)
        Self.forEachName { name, byte, place in
            let isDot = name.count == 1 && byte == UInt8(ascii: ".")
            if PathComponent.isValid(name) != !(forbidden.contains(byte) || isDot) {
                Issue.record("byte \(byte) at \(place) of \(name.count)")
            }
        }
    }

    @Test func onlySomeBytesCanStandInTheNameOfADependency() {
        let forbidden = Set(0...0x20 as ClosedRange<UInt8>).union([0x7f]).union("<=>~@".utf8)
        Self.forEachName { name, byte, place in
            let isConflict = place == 0 && byte == UInt8(ascii: "!")
            if ADBReader.isDependencyName(name) != !(forbidden.contains(byte) || isConflict) {
                Issue.record("byte \(byte) at \(place) of \(name.count)")
            }
        }
    }

    @Test(arguments: [("..", false), (".", false), ("...", true), (".a", true), ("a..", true), ("", false)])
    func dotsAreNames(_ text: String, isValid: Bool) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { PathComponent.isValid($0) } == isValid)
    }

    @Test func namesEndAt255Bytes() {
        for count in [255, 256] {
            let name = [UInt8](repeating: UInt8(ascii: "x"), count: count)
            #expect(name.withUnsafeBufferPointer { PathComponent.isValid($0) } == (count == 255))
        }
    }
}
