import ApkImage
import Foundation
import Testing

@testable import ApkImage

@Suite("Images: values of the OCI specification")
struct ValueTests {
    @Test(
        "times as RFC 3339 writes them",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_709_164_799, "2024-02-28T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"), (4_102_444_799, "2099-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ])
    func time(_ seconds: Int, _ text: String) { #expect(Timestamp.text(seconds) == text) }

    @Test("times of many days agree with Foundation's")
    func manyTimes() {
        let style = Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: 0) ?? .current)
        for seconds in stride(from: 0, to: 8_000_000_000, by: 86_400 * 29 + 12_345) {
            #expect(Timestamp.text(seconds) == Date(timeIntervalSince1970: Double(seconds)).formatted(style))
        }
    }

    @Test(
        "architectures in the words of OCI",
        arguments: [
            ("x86_64", "linux/amd64"), ("x86", "linux/386"), ("aarch64", "linux/arm64/v8"), ("armv7", "linux/arm/v7"),
            ("armhf", "linux/arm/v6"), ("ppc64le", "linux/ppc64le"), ("s390x", "linux/s390x"),
            ("riscv64", "linux/riscv64"), ("loongarch64", "linux/loong64"), ("aarch64_cortex-a53", "linux/arm64/v8"),
            ("mipsel_24kc", "linux/mipsle"), ("mips_24kc", "linux/mips"), ("i386_pentium4", "linux/386"),
            ("arm_cortex-a7_neon-vfpv4", "linux/arm/v7"), ("somethingnew", "linux/somethingnew"),
        ])
    func platform(_ architecture: String, _ platform: String) {
        #expect(Platform(apkArchitecture: architecture).description == platform)
    }

    @Test(
        "what is no digest",
        arguments: [
            "", "sha256:", "sha256:" + String(repeating: "0", count: 63), "sha256:" + String(repeating: "A", count: 64),
            "sha512:" + String(repeating: "0", count: 64), "sha256:../" + String(repeating: "0", count: 61),
        ])
    func badDigest(_ text: String) { #expect(BlobDigest(text) == nil) }
}
