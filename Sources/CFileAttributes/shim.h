// Extended attributes, device numbers and the like, which the platform modules of Swift leave out.
#include <errno.h>
#include <sys/types.h>
#include <sys/xattr.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <sys/sysmacros.h>
int syncfs(int descriptor);
long syscall(long number, ...);
#endif

/// A device number from its two parts; a macro in C.
static inline unsigned long long cfileattributes_make_device(unsigned int major, unsigned int minor) {
    return (unsigned long long)makedev(major, minor);
}

/// The two parts of a device number.
static inline unsigned int cfileattributes_major(unsigned long long device) { return (unsigned int)major(device); }
static inline unsigned int cfileattributes_minor(unsigned long long device) { return (unsigned int)minor(device); }

#ifdef __linux__
/// The errno with which a name in a directory refuses to become another file's, or to go; 0 for none that is known.
static inline int cfileattributes_hold(int directory, const char *name) {
    // `struct statx` as the kernel fills it: its headers would define again what the platform modules have.
    unsigned long long status[32];
    const int not_followed = 0x100, not_synchronized = 0x4000;
    if (syscall(SYS_statx, directory, name, not_followed | not_synchronized, 0, status) != 0) return 0;
    const unsigned long long attributes = status[1], immutable = 0x10, append_only = 0x20, mount_root = 0x2000;
    if (attributes & (immutable | append_only)) return EPERM;
    return attributes & mount_root ? EBUSY : 0;
}
#endif
