using ControlPlane.Catalog;
using ControlPlane.Problems;

namespace ControlPlane.Tenants;

/// <summary>
/// Whether what a tenant has fits into a smaller plan. That is its database, as it was last measured; users are known to its
/// application alone, which takes no more of them, and fewer requests or connections only make it slower.
/// </summary>
internal static class PlanFit
{
    private const int BytesPerMegabyte = 1_000_000;

    /// <param name="bytes">What its database takes on disk; null where it was not measured yet, which stands in nobody's way.</param>
    /// <exception cref="ProblemException">409: it does not fit.</exception>
    public static void Demand(Tenant tenant, long? bytes, Plan wanted, IReadOnlyList<Plan> plans)
    {
        // Who has outgrown a plan may well go on to a larger one, even if that one is too small still.
        var isSmaller = wanted.StorageMegabytes < (plans.Single(p => p.Name == tenant.Plan).StorageMegabytes ?? int.MaxValue);
        if (!isSmaller || Fits(bytes, wanted))
        {
            return;
        }

        var megabytes = (bytes!.Value + BytesPerMegabyte - 1) / BytesPerMegabyte;
        var roomy = plans.Where(p => Fits(bytes, p)).Select(p => p.Name).ToList();
        throw new ProblemException(
            409,
            "plan_too_small",
            $"'{tenant.Slug}' does not fit into the plan '{wanted.Name}': its database takes {megabytes} MB of storage, and the plan has {wanted.StorageMegabytes}.",
            $"{(roomy.Count > 0 ? $"Choose {string.Join(" or ", roomy)}, or delete" : "Delete")} data (rows give room back after VACUUM FULL; it is measured every ten minutes)."
            + $" An operator may do it all the same: ctl tenants plan {tenant.Slug} {wanted.Name} --force")
            .With("tooSmall", new[] { new { limit = "storageMegabytes", used = megabytes, allowed = wanted.StorageMegabytes } });
    }

    private static bool Fits(long? bytes, Plan plan) => bytes is null || plan.StorageMegabytes is null || bytes <= (long)plan.StorageMegabytes * BytesPerMegabyte;
}
