import ApkSolver
import Testing

/// The hash that gives apk's order of names, by values that are published for it.
@Suite struct NameHashTests {
    @Test(arguments: [
        ("", 0, 0), ("", 1, 0x514e_28b7), ("test", 0, 0xba6b_d213), ("Hello, world!", 0, 0xc036_3e43),
        ("a", 0x9747_b28c, 0x7fa0_9ea6), ("aa", 0x9747_b28c, 0x5d21_1726), ("aaa", 0x9747_b28c, 0x283e_0130),
        ("aaaa", 0x9747_b28c, 0x5a97_808a), ("ab", 0x9747_b28c, 0x7487_5592), ("abc", 0x9747_b28c, 0xc84a_62dd),
        ("abcd", 0x9747_b28c, 0xf047_8627), ("Hello, world!", 0x9747_b28c, 0x2488_4cba),
        ("The quick brown fox jumps over the lazy dog", 0x9747_b28c, 0x2fa8_26cd),
    ])
    func isMurmur3(_ text: String, _ seed: UInt32, _ hash: UInt32) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { murmur3($0, seed: seed) } == hash)
    }
}
