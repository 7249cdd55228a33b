internal import ApkFormats

/// Where an image runs, in the words of OCI: those of Go's `GOOS` and `GOARCH`.
public struct Platform: Hashable, Sendable, CustomStringConvertible {
    public var os: String
    public var architecture: String
    /// The flavour of the architecture, such as `v7`; nil where there is one only.
    public var variant: String?

    public init(os: String = "linux", architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// The platform of an architecture as apk calls it: Alpine's names, and OpenWrt's, which begin with a family.
    public init(apkArchitecture name: String) {
        let known: [(prefix: String, architecture: String, variant: String?)] = [
            ("x86_64", "amd64", nil), ("aarch64_be", "arm64be", nil), ("aarch64", "arm64", "v8"),
            ("armhf", "arm", "v6"), ("armv7", "arm", "v7"), ("armeb", "armbe", nil), ("arm_cortex-a", "arm", "v7"),
            ("arm_arm1176", "arm", "v6"), ("arm", "arm", "v5"), ("i386", "386", nil), ("i686", "386", nil),
            ("x86", "386", nil), ("ppc64le", "ppc64le", nil), ("powerpc64le", "ppc64le", nil),
            ("powerpc64", "ppc64", nil), ("powerpc", "ppc", nil), ("s390x", "s390x", nil), ("riscv64", "riscv64", nil),
            ("loongarch64", "loong64", nil), ("mips64el", "mips64le", nil), ("mips64", "mips64", nil),
            ("mipsel", "mipsle", nil), ("mips", "mips", nil),
        ]
        let match = known.first { name.hasPrefix($0.prefix) }
        self.init(architecture: match?.architecture ?? name, variant: match?.variant)
    }

    /// `linux/arm64/v8`.
    public var description: String { ([os, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/") }

    var members: [(String, JSON)] {
        var members: [(String, JSON)] = [("architecture", .string(architecture)), ("os", .string(os))]
        if let variant { members.append(("variant", .string(variant))) }
        return members
    }

    var json: JSON { .object(members) }

    init?(_ json: JSON) {
        guard let os = json["os"]?.string, let architecture = json["architecture"]?.string else { return nil }
        self.init(os: os, architecture: architecture, variant: json["variant"]?.string)
    }
}
