internal import ApkArchive
internal import ApkFormats

// MARK: - Links to programs that have many names

extension TreeMerger {
    /// `busybox --install -s`: a link for each applet where nothing has its name.
    ///
    /// The list is `etc/busybox-paths.d`, or where a package has none, the names in the program itself.
    ///
    /// - Returns: how many links were made.
    mutating func installApplets(of program: String, _ stage: any StagedContents, time: Int) throws(RootError) -> Int {
        let binary = Array("bin/\(program)".utf8)
        guard try standingKind(binary) != nil else { return 0 }
        let list = Array("etc/busybox-paths.d/\(program)".utf8)
        var paths: [[UInt8]] = []
        if let text = try scriptContent(of: list, stage) {
            paths = text.split(separator: 0x0a).map { Array($0.drop { $0 == UInt8(ascii: "/") }) }
        } else if let program = try scriptContent(of: fullyFollowed(binary), stage) {
            paths = BusyboxApplets.paths(in: program)
        }
        var count = 0
        for path in paths {
            guard !path.isEmpty, TreeMerger.rootPath(String(decoding: path, as: UTF8.self)) == path else { continue }
            guard try standingKind(path) == nil else { continue }
            if try generateLink(path, to: Array("/".utf8) + binary, time: time) { count += 1 }
        }
        return count
    }

    /// `bbsuid --install`: links for the applets that need the superuser's rights, also in place of links to busybox.
    mutating func installSuidApplets(_ stage: any StagedContents, time: Int) throws(RootError) -> Int {
        let binary = Array("bin/bbsuid".utf8)
        guard let program = try scriptContent(of: fullyFollowed(binary), stage) else { return 0 }
        let busybox = Array("/bin/busybox".utf8)
        var count = 0
        for path in BusyboxApplets.suidPaths(in: program) {
            switch try standingKind(path) {
            case nil: break
            case .symbolicLink(busybox): break
            default: continue
            }
            if try replaceLink(path, to: Array("/".utf8) + binary, replaces: true, time: time) { count += 1 }
        }
        return count
    }
}

/// What busybox and bbsuid know of their own names.
enum BusyboxApplets {
    /// The paths of the applets that a busybox binary has: its own list of names, which is one run of C strings in
    /// order, each in the directory where distributions put it.
    static func paths(in binary: [UInt8]) -> [[UInt8]] {
        let start = Array("\0[\0[[\0".utf8)
        guard let place = firstRange(of: start, in: binary) else { return [] }
        var names: [[UInt8]] = []
        var position = place + 1
        while position < binary.count {
            let name = Array(binary[position...].prefix { $0 != 0 }.prefix(64))
            let isName = !name.isEmpty && name.count < 64 && name.allSatisfy { isNameByte($0) }
            guard isName, names.last.map({ $0.lexicographicallyPrecedes(name) }) ?? true else { break }
            names.append(name)
            position += name.count + 1
        }
        // A few names in a row can be anything; an applet list is long.
        guard names.count >= 20 else { return [] }
        return names.map { name in
            let text = String(decoding: name, as: UTF8.self)
            let directory = directories.first { $0.names.contains(text) }?.path ?? "usr/bin"
            return Array("\(directory)/\(text)".utf8)
        }
    }

    /// The paths that bbsuid is to be linked from: the absolute names of programs in it, but for itself and busybox.
    static func suidPaths(in binary: [UInt8]) -> [[UInt8]] {
        var paths: [[UInt8]] = []
        for word in binary.split(separator: 0) where word.first == UInt8(ascii: "/") && word.count < 64 {
            let path = Array(word.dropFirst())
            let text = String(decoding: path, as: UTF8.self)
            let isProgram = ["bin/", "sbin/", "usr/bin/", "usr/sbin/"].contains { text.hasPrefix($0) }
            guard isProgram, path.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: "/") }) else { continue }
            if text != "bin/bbsuid", text != "bin/busybox", !paths.contains(path) { paths.append(path) }
        }
        return paths
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (0x30...0x39).contains(byte) || "[_-.+".utf8.contains(byte)
    }

    private static func firstRange(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...bytes.count - pattern.count).first { place in
            bytes[place] == 0 && bytes[place..<place + pattern.count].elementsEqual(pattern)
        }
    }

    /// Where applets are that are not in usr/bin.
    private static let directories: [(path: String, names: Set<String>)] = [
        (
            "bin",
            [
                "arch", "ash", "base64", "bbconfig", "cat", "chattr", "chgrp", "chmod", "chown", "cp", "date",
                "dd", "df", "dmesg", "dnsdomainname", "dumpkmap", "echo", "egrep", "false", "fatattr",
                "fdflush", "fgrep", "fsync", "getopt", "grep", "gunzip", "gzip", "hostname", "ionice", "iostat",
                "ipcalc", "kbd_mode", "kill", "link", "linux32", "linux64", "ln", "login", "ls", "lsattr",
                "lzop", "makemime", "mkdir", "mknod", "mktemp", "more", "mount", "mountpoint", "mpstat", "mv",
                "netstat", "nice", "pidof", "ping", "ping6", "pipe_progress", "printenv", "ps", "pwd",
                "reformime", "rev", "rm", "rmdir", "run-parts", "sed", "setpriv", "setserial", "sh", "sleep",
                "stat", "stty", "su", "sync", "tar", "touch", "true", "umount", "uname", "usleep", "watch",
                "zcat",
            ]
        ),
        (
            "sbin",
            [
                "acpid", "adjtimex", "arp", "blkid", "blockdev", "depmod", "fbsplash", "fdisk", "findfs",
                "fsck", "fstrim", "getty", "halt", "hwclock", "ifconfig", "ifdown", "ifenslave", "ifup", "init",
                "inotifyd", "insmod", "ip", "ipaddr", "iplink", "ipneigh", "iproute", "iprule", "iptunnel",
                "klogd", "loadkmap", "logread", "losetup", "lsmod", "mdev", "mkdosfs", "mkfs.vfat", "mkswap",
                "modinfo", "modprobe", "nameif", "nologin", "pivot_root", "poweroff", "raidautorun", "reboot",
                "rmmod", "route", "setconsole", "slattach", "swapoff", "swapon", "switch_root", "sysctl",
                "syslogd", "tunctl", "udhcpc", "vconfig", "watchdog", "zcip",
            ]
        ),
        (
            "usr/sbin",
            [
                "add-shell", "addgroup", "adduser", "arping", "brctl", "chpasswd", "chroot", "crond",
                "delgroup", "deluser", "ether-wake", "fbset", "killall5", "loadfont", "nanddump", "nandwrite",
                "nbd-client", "ntpd", "partprobe", "rdate", "rdev", "readahead", "remove-shell", "rfkill",
                "sendmail", "setfont", "setlogcons",
            ]
        ),
    ]
}
