namespace ControlPlane.Billing;

public enum BillingOutcome
{
    Done,

    /// <summary>Work has begun, and goes on.</summary>
    Begun,

    /// <summary>Events of this type mean nothing here.</summary>
    Ignored,
}
