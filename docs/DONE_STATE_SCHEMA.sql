-- The tables of DONE_STATE_DEFINITIONS.md with the columns that it names; a test compares them with the database.
CREATE TABLE public.governance_outreach (
    outreach_id uuid
);
CREATE TABLE public.governance_companytarget (
    outreach_id uuid,
    execution_status text,
    email_method text,
    confidence_score numeric,
    imo_completed_at timestamptz
);
CREATE TABLE public.governance_dolfiling (
    outreach_id uuid,
    ein text,
    filing_present boolean
);
CREATE TABLE public.governance_companyslot (
    outreach_id uuid,
    is_filled boolean
);
CREATE TABLE public.governance_readinesspolicy (
    id bigint,
    required_slots smallint
);
CREATE TABLE public.governance_blogcontent (
    outreach_id uuid
);
CREATE TABLE public.governance_bitscore (
    outreach_id uuid,
    score numeric,
    signal_count integer
);
